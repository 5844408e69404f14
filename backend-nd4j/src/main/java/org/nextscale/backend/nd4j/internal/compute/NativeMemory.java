package org.nextscale.backend.nd4j.internal.compute;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.nextscale.api.backend.BackendException;

/**
 * Owner of off-heap memory: hands out blocks and returns all of them when closed. Nothing is left to a garbage collector
 * or a finaliser thread. Thread-safe; closing twice is harmless. Whoever closes it makes sure that no operation still
 * runs on its blocks.
 */
public final class NativeMemory implements AutoCloseable {
    /** Blocks start at a cache line, which is also the width of the widest vector register. */
    private static final int ALIGNMENT_FLOATS = 16;

    private final List<FloatPointer> blocks = new ArrayList<>();
    private boolean closed;

    /**
     * A new block of {@code length} floats, not initialised.
     *
     * @throws BackendException if the system has no more memory
     */
    public synchronized Floats allocate(long length) {
        if (closed) {
            throw new IllegalStateException("this native memory has been returned");
        }
        FloatPointer block;
        try {
            block = new FloatPointer(length + ALIGNMENT_FLOATS);
        } catch (OutOfMemoryError e) {
            throw new BackendException("no native memory for " + (length >> 18) + " MiB more", e);
        }
        blocks.add(block);
        long misaligned = (block.address() / Float.BYTES) % ALIGNMENT_FLOATS;
        return new Floats(block, misaligned == 0 ? 0 : ALIGNMENT_FLOATS - misaligned, length);
    }

    /** Returns one block early. */
    public synchronized void free(Floats floats) {
        if (blocks.remove(floats.block())) {
            floats.block().deallocate();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        blocks.forEach(FloatPointer::deallocate);
        blocks.clear();
    }
}
