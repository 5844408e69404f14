package org.nextscale.checkpoint.internal.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;

/**
 * A small native buffer that bytes of a file pass through, and the conversions between stored elements and float32.
 * Reused for every read of a file; used by one thread at a time.
 */
public final class Chunk {
    /** Bytes of a chunk, a multiple of every element size. */
    public static final int BYTES = 1 << 18;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final short[] shorts = new short[4096];
    private final float[] floats = new float[4096];

    /** The empty chunk, to be filled with up to {@code length} bytes. */
    public ByteBuffer clear(int length) {
        return bytes.clear().limit(length);
    }

    /** Converts {@code source}, from its position to its limit, and appends it to {@code target}. */
    void decode(ElementType type, ByteBuffer source, FloatBuffer target) {
        switch (type) {
            case F32 -> target.put(source.asFloatBuffer());
            case F16, BF16 -> decodeShorts(type, source.asShortBuffer(), target);
            case I64 -> {
                LongBuffer values = source.asLongBuffer();
                while (values.hasRemaining()) {
                    target.put(values.get());
                }
            }
            default -> {
                while (source.hasRemaining()) {
                    target.put(one(type, source));
                }
            }
        }
    }

    private void decodeShorts(ElementType type, ShortBuffer source, FloatBuffer target) {
        while (source.hasRemaining()) {
            int count = Math.min(source.remaining(), shorts.length);
            source.get(shorts, 0, count);
            if (type == ElementType.F16) {
                for (int i = 0; i < count; i++) {
                    floats[i] = Float16.toFloat(shorts[i]);
                }
            } else {
                for (int i = 0; i < count; i++) {
                    floats[i] = Float16.brainToFloat(shorts[i]);
                }
            }
            target.put(floats, 0, count);
        }
    }

    /** Reads the next element of {@code source}. */
    static float one(ElementType type, ByteBuffer source) {
        return switch (type) {
            case F32 -> source.getFloat();
            case F16 -> Float16.toFloat(source.getShort());
            case BF16 -> Float16.brainToFloat(source.getShort());
            case I64 -> source.getLong();
            case F64 -> (float) source.getDouble();
            case I32 -> source.getInt();
            case I16 -> source.getShort();
            case I8 -> source.get();
            case U8 -> source.get() & 0xff;
            case BOOL -> source.get() != 0 ? 1 : 0;
        };
    }

    /**
     * Converts floats into this chunk's buffer.
     *
     * @param values at most {@code BYTES / 4} values
     * @return the bytes, ready to be written; null if a finite value is too large for the type
     */
    public ByteBuffer encode(ElementType type, FloatBuffer values) {
        ByteBuffer target = clear(values.remaining() * type.bytes());
        switch (type) {
            case F32 -> target.asFloatBuffer().put(values);
            case F16, BF16 -> {
                if (!encodeShorts(type, values, target.asShortBuffer())) {
                    return null;
                }
            }
            default -> throw new IllegalArgumentException("weights are not written as " + type);
        }
        return target;
    }

    private boolean encodeShorts(ElementType type, FloatBuffer values, ShortBuffer target) {
        while (values.hasRemaining()) {
            int count = Math.min(values.remaining(), floats.length);
            values.get(floats, 0, count);
            int infinity = type == ElementType.F16 ? 0x7c00 : 0x7f80;
            boolean overflow = false;
            for (int i = 0; i < count; i++) {
                shorts[i] = type == ElementType.F16 ? Float16.fromFloat(floats[i]) : Float16.brainFromFloat(floats[i]);
                overflow |= (shorts[i] & 0x7fff) == infinity && !Float.isInfinite(floats[i]);
            }
            if (overflow) {
                return false;
            }
            target.put(shorts, 0, count);
        }
        return true;
    }
}
