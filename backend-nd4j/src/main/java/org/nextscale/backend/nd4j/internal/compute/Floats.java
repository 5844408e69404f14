package org.nextscale.backend.nd4j.internal.compute;

import java.nio.FloatBuffer;
import org.bytedeco.javacpp.FloatPointer;

/** A run of floats in {@link NativeMemory}. Only a view: it must not be used after its owner has been closed. */
public final class Floats {
    private final FloatPointer block;
    private final long offset;
    private final long length;

    Floats(FloatPointer block, long offset, long length) {
        this.block = block;
        this.offset = offset;
        this.length = length;
    }

    public long length() {
        return length;
    }

    /** The part that begins at {@code first} and has {@code count} floats. */
    public Floats slice(long first, long count) {
        if (first < 0 || count < 0 || first + count > length) {
            throw new IndexOutOfBoundsException(first + " + " + count + " of " + length);
        }
        return new Floats(block, offset + first, count);
    }

    /** A buffer on the same memory; at most 2³¹ − 1 bytes of it. */
    public FloatBuffer buffer() {
        if (length > Integer.MAX_VALUE / Float.BYTES) {
            throw new IllegalArgumentException(length + " floats do not fit one buffer");
        }
        return block.getPointer(offset).limit(length).asBuffer();
    }

    /** Address of element {@code index}, checked to have {@code count} elements behind it. */
    FloatPointer pointer(long index, long count) {
        if (index < 0 || count < 0 || index + count > length) {
            throw new IndexOutOfBoundsException(index + " + " + count + " of " + length);
        }
        return block.getPointer(offset + index);
    }
}
