package org.nextscale.backend.onnx.internal.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;

/**
 * Memory that is needed again and again in the same sizes, an image after the other. The system hands out memory a page of
 * 4 kB at a time on first touch, which on a virtual machine costs more than computing with it: 140 MB of keys and values
 * took 0.4 s of a 4.5 s image. So blocks are kept up to a limit, the latest ones, until the pool is closed. Thread-safe.
 */
public final class MemoryPool implements AutoCloseable {
    private final long limit;
    /** The latest first. */
    private final Deque<ByteBuffer> kept = new ArrayDeque<>();

    private long bytes;
    private boolean closed;

    /** @param limit bytes to keep while nobody uses them */
    public MemoryPool(long limit) {
        this.limit = limit;
    }

    /** Memory that may hold anything; closing it gives it back to the pool. */
    public NativeMemory allocate(long size) {
        ByteBuffer block = take(size);
        return new NativeMemory(block == null ? NativeMemory.block(size) : block, size, this);
    }

    public NativeMemory floats(long elements) {
        return allocate(Math.multiplyExact(elements, Float.BYTES));
    }

    private synchronized ByteBuffer take(long size) {
        for (Iterator<ByteBuffer> all = kept.iterator(); all.hasNext(); ) {
            ByteBuffer block = all.next();
            if (NativeMemory.fits(block, size)) {
                all.remove();
                bytes -= block.capacity();
                return block;
            }
        }
        return null;
    }

    synchronized void giveBack(ByteBuffer block) {
        kept.addFirst(block);
        bytes += block.capacity();
        while (bytes > limit || closed && bytes > 0) {
            ByteBuffer oldest = kept.removeLast();
            bytes -= oldest.capacity();
            NativeMemory.release(oldest);
        }
    }

    /** Returns what is kept; what is still used is returned when its user closes it. */
    @Override
    public synchronized void close() {
        closed = true;
        kept.forEach(NativeMemory::release);
        kept.clear();
        bytes = 0;
    }
}
