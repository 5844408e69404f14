package org.nextscale.backend.nd4j.internal.compute;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.nextscale.api.BackendException;

/**
 * Owner of off-heap memory: hands out runs of floats and returns all of them when closed. Nothing is left to a garbage
 * collector or a finaliser thread. Thread-safe; closing twice is harmless. Whoever closes it makes sure that no operation
 * still runs on its memory.
 *
 * <p>The system's allocator is asked for large blocks only. Those it maps one by one and unmaps when they are freed, while
 * small ones would stay with the process, in ever different gaps. Of a block only what has been written is resident.
 */
public final class NativeMemory implements AutoCloseable {
    /** Above 32 MiB, from where on glibc maps every block. */
    private static final long BLOCK_FLOATS = 10 << 20;
    /** Runs begin at a cache line, which is also the width of the widest vector register. */
    private static final int ALIGNMENT_FLOATS = 16;

    private final List<FloatPointer> blocks = new ArrayList<>();
    private FloatPointer current;
    private long used;
    private boolean closed;

    /**
     * Room for {@code length} floats, not initialized.
     *
     * @throws BackendException if the system has no more memory
     */
    public synchronized Floats allocate(long length) {
        if (closed) {
            throw new IllegalStateException("this native memory has been returned");
        }
        if (length + ALIGNMENT_FLOATS > BLOCK_FLOATS) {
            FloatPointer block = block(length + ALIGNMENT_FLOATS);
            return new Floats(block, aligned(block, 0), length);
        }
        if (current == null || aligned(current, used) + length > BLOCK_FLOATS) {
            current = block(BLOCK_FLOATS);
            used = 0;
        }
        long offset = aligned(current, used);
        used = offset + length;
        return new Floats(current, offset, length);
    }

    private FloatPointer block(long length) {
        try {
            FloatPointer block = new FloatPointer(length);
            blocks.add(block);
            return block;
        } catch (OutOfMemoryError e) {
            throw new BackendException("no native memory for " + (length >> 18) + " MiB more", e);
        }
    }

    /** The first aligned index from {@code index} on. */
    private static long aligned(FloatPointer block, long index) {
        long misaligned = (block.address() / Float.BYTES + index) % ALIGNMENT_FLOATS;
        return misaligned == 0 ? index : index + ALIGNMENT_FLOATS - misaligned;
    }

    @Override
    public synchronized void close() {
        closed = true;
        blocks.forEach(FloatPointer::deallocate);
        blocks.clear();
        current = null;
    }
}
