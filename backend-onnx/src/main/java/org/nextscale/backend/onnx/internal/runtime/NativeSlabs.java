package org.nextscale.backend.onnx.internal.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.nextscale.backend.support.Resources;

/**
 * Many pieces of native memory that come and go together, in few large blocks: those the C library gives back to the
 * system as soon as they are freed, while small ones leave holes in its heap.
 */
public final class NativeSlabs implements AutoCloseable {
    private static final long LARGEST = 1 << 30;
    private static final int ALIGNMENT = 64;

    private final Resources slabs = new Resources();
    private final List<ByteBuffer> pieces = new ArrayList<>();

    private NativeSlabs() {}

    /** Makes pieces of these numbers of bytes, all zero. */
    public static NativeSlabs allocate(List<Long> sizes) {
        return allocate(sizes, NativeMemory::allocate);
    }

    /**
     * Makes pieces of these numbers of bytes.
     *
     * @param memory where blocks of some number of bytes come from
     */
    public static NativeSlabs allocate(List<Long> sizes, LongFunction<NativeMemory> memory) {
        NativeSlabs made = new NativeSlabs();
        try {
            int first = 0;
            while (first < sizes.size()) {
                int end = first;
                long bytes = 0;
                do {
                    bytes += aligned(sizes.get(end++));
                } while (end < sizes.size() && bytes + aligned(sizes.get(end)) <= LARGEST);
                made.add(sizes.subList(first, end), memory.apply(bytes));
                first = end;
            }
            return made;
        } catch (RuntimeException | Error e) {
            made.close();
            throw e;
        }
    }

    private void add(List<Long> sizes, NativeMemory memory) {
        NativeMemory slab = slabs.add(memory);
        long offset = 0;
        for (long size : sizes) {
            pieces.add(slab.bytes(offset, size));
            offset += aligned(size);
        }
    }

    private static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** A piece, in native byte order. */
    public ByteBuffer piece(int index) {
        ByteBuffer piece = pieces.get(index);
        return piece.duplicate().order(piece.order());
    }

    public int size() {
        return pieces.size();
    }

    @Override
    public void close() {
        pieces.clear();
        slabs.close();
    }
}
