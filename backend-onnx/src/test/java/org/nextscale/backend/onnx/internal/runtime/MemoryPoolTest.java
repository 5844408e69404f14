package org.nextscale.backend.onnx.internal.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class MemoryPoolTest {
    private static final int MARK = 0x5ca1ab1e;

    @Test
    void handsTheSameBlockOutAgain() {
        try (MemoryPool pool = new MemoryPool(1 << 20)) {
            mark(pool, 4096);
            assertEquals(MARK, read(pool, 4096));
            assertEquals(MARK, read(pool, 4000), "a little less fits too");
            assertNotEquals(MARK, read(pool, 1024), "much less would waste it");
        }
    }

    @Test
    void keepsTheLatestUpToItsLimit() {
        try (MemoryPool pool = new MemoryPool(10_000)) {
            mark(pool, 4096);
            mark(pool, 8192);
            assertEquals(MARK, read(pool, 8192));
            assertNotEquals(MARK, read(pool, 4096));
            mark(pool, 20_000);
            assertNotEquals(MARK, read(pool, 20_000));
        }
    }

    @Test
    void whatIsInUseWhenItClosesComesBackAfterwards() {
        MemoryPool pool = new MemoryPool(1 << 20);
        NativeMemory used = pool.allocate(4096);
        pool.close();
        used.bytes().putInt(0, MARK);
        used.close();
        assertThrows(IllegalStateException.class, used::bytes);
        assertNotEquals(MARK, read(pool, 4096), "a closed pool keeps nothing");
    }

    private static void mark(MemoryPool pool, int size) {
        try (NativeMemory memory = pool.allocate(size)) {
            memory.bytes().putInt(0, MARK);
        }
    }

    private static int read(MemoryPool pool, int size) {
        try (NativeMemory memory = pool.allocate(size)) {
            return memory.bytes().getInt(0);
        }
    }
}
