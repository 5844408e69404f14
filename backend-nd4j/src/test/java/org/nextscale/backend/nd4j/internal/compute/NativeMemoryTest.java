package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nextscale.api.BackendException;
import org.nextscale.backend.support.DescribedMachine;

class NativeMemoryTest {

    @BeforeAll
    static void load() {
        NativeLibrary.load(NativeBuilds.of(DescribedMachine.current()));
    }

    @Test
    void blocksBeginAtCacheLines() {
        try (NativeMemory memory = new NativeMemory()) {
            for (int length : new int[] {1, 15, 16, 1000, 1 << 20}) {
                assertEquals(0, memory.allocate(length).pointer(0, length).address() % 64);
            }
        }
    }

    @Test
    void slicesAreTheSameMemory() {
        try (NativeMemory memory = new NativeMemory()) {
            Floats floats = memory.allocate(10);
            floats.slice(4, 3).buffer().put(1, 7f);
            assertEquals(7f, floats.buffer().get(5));
            assertThrows(IndexOutOfBoundsException.class, () -> floats.slice(8, 3));
            assertThrows(IndexOutOfBoundsException.class, () -> floats.slice(-1, 3));
        }
    }

    @Test
    void tooMuchIsSaidInWords() {
        try (NativeMemory memory = new NativeMemory()) {
            assertThrows(BackendException.class, () -> memory.allocate(1L << 50));
        }
    }

    @Test
    void nothingIsHandedOutAfterClosing() {
        NativeMemory memory = new NativeMemory();
        memory.allocate(5);
        memory.close();
        memory.close();
        assertThrows(IllegalStateException.class, () -> memory.allocate(5));
    }
}
