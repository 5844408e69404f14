package org.nextscale.checkpoint.internal.storage;

/**
 * IEEE binary16 and bfloat16 to and from float32: exact on the way up, round to nearest even on the way down, with
 * subnormals, infinities and NaN. ({@code Float.float16ToFloat} is newer than Java 17.) Branch-poor on purpose: these run
 * once for every weight of a model.
 */
public final class Float16 {
    private static final int FLOAT_INFINITY = 0x7f800000;
    private static final int HALF_INFINITY = 0x7c00;
    /** 65520, the first value that rounds to infinity. */
    private static final int HALF_OVERFLOW = 0x477ff000;
    /** 2⁻¹⁴, the smallest normal half. */
    private static final int HALF_SMALLEST_NORMAL = 0x38800000;

    private Float16() {}

    /** The float32 of a binary16's bits. */
    public static float toFloat(short half) {
        int magnitude = half & 0x7fff;
        // Exponent and mantissa moved into place make the value times 2^-112; multiplying back is exact, also for
        // subnormals.
        int bits = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude << 13) * 0x1p112f);
        if (magnitude >= HALF_INFINITY) {
            bits = FLOAT_INFINITY | magnitude << 13;
        }
        return Float.intBitsToFloat(bits | (half & 0x8000) << 16);
    }

    /** The nearest binary16; ties go to the even one, values from 65520 on to infinity. */
    public static short fromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        int sign = bits >>> 16 & 0x8000;
        int magnitude = bits & 0x7fffffff;
        int half;
        if (magnitude > FLOAT_INFINITY) {
            half = HALF_INFINITY | 0x200 | magnitude >>> 13 & 0x3ff;
        } else if (magnitude >= HALF_OVERFLOW) {
            half = HALF_INFINITY;
        } else if (magnitude < HALF_SMALLEST_NORMAL) {
            // Beside 0.5 a float's last bit is worth 2^-24, a subnormal half's: the addition rounds.
            half = Float.floatToRawIntBits(Float.intBitsToFloat(magnitude) + 0.5f) - 0x3f000000;
        } else {
            half = magnitude - 0x38000000 + 0xfff + (magnitude >>> 13 & 1) >>> 13;
        }
        return (short) (sign | half);
    }

    /** The float32 of a bfloat16's bits. */
    public static float brainToFloat(short brain) {
        return Float.intBitsToFloat(brain << 16);
    }

    /** The nearest bfloat16; ties go to the even one. */
    public static short brainFromFloat(float value) {
        int bits = Float.floatToRawIntBits(value);
        if ((bits & 0x7fffffff) > FLOAT_INFINITY) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }
}
