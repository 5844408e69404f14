package org.nextscale.api.sampling;

/**
 * Philox 4×32-10. Key: the seed. Counter: (index / 4 + lane · 2²⁴, position + scale · 2²⁴, image low, image high), of
 * whose four words the number {@code index % 4} is used. Uniform and exponential numbers are made of additions,
 * multiplications and divisions in float32 alone, each rounded as IEEE 754 says, so that any device can make the same
 * bits.
 */
record PhiloxStream(long seed, long image, int scale) implements RandomStream {
    private static final long MULTIPLIER_0 = 0xD2511F53L;
    private static final long MULTIPLIER_1 = 0xCD9E8D57L;
    private static final int WEYL_0 = 0x9E3779B9;
    private static final int WEYL_1 = 0xBB67AE85;
    private static final int ROUNDS = 10;
    private static final int FIELD = 24;

    PhiloxStream {
        if (image < 0 || scale < 0 || scale > 255) {
            throw new IllegalArgumentException("image " + image + ", scale " + scale);
        }
    }

    @Override
    public float uniform(int position, int lane, int index) {
        int bits = bits(position, lane, index);
        float value = (bits >>> 8) * 0x1p-24f + ((bits & 0xff) + 0.5f) * 0x1p-32f;
        return Math.min(value, 0x1.fffffep-1f);
    }

    @Override
    public float exponential(int position, int lane, int index) {
        return -logOneMinus(uniform(position, lane, index));
    }

    /** −log(1 − x) is above x. What rounding takes from it is less than a millionth. */
    @Override
    public float exponential(int position, int lane, int index, float most) {
        float x = uniform(position, lane, index);
        return x > most * 1.000001f ? Float.POSITIVE_INFINITY : -logOneMinus(x);
    }

    /** 32 random bits. */
    int bits(int position, int lane, int index) {
        if (index < 0
                || index >>> (FIELD + 2) != 0
                || lane < 0
                || lane > 255
                || position < 0
                || position >>> FIELD != 0) {
            throw new IllegalArgumentException("position " + position + ", lane " + lane + ", index " + index);
        }
        return philox(
                index >>> 2 | lane << FIELD,
                position | scale << FIELD,
                (int) image,
                (int) (image >>> 32),
                (int) seed,
                (int) (seed >>> 32),
                index & 3);
    }

    /** Word {@code word} of the block cipher's output for counter c under key k. */
    static int philox(int c0, int c1, int c2, int c3, int k0, int k1, int word) {
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER_0 * (c0 & 0xFFFFFFFFL);
            long product1 = MULTIPLIER_1 * (c2 & 0xFFFFFFFFL);
            int high0 = (int) (product0 >>> 32);
            int high1 = (int) (product1 >>> 32);
            c0 = high1 ^ c1 ^ k0;
            c1 = (int) product1;
            c2 = high0 ^ c3 ^ k1;
            c3 = (int) product0;
            k0 += WEYL_0;
            k1 += WEYL_1;
        }
        return switch (word) {
            case 0 -> c0;
            case 1 -> c1;
            case 2 -> c2;
            default -> c3;
        };
    }

    /** log(1 − x) for x in (0, 1), within 3 units in the last place also for small x (Kahan's correction). */
    static float logOneMinus(float x) {
        float w = 1 - x;
        return w == 1 ? -x : log(w) * (x / (1 - w));
    }

    /** Natural logarithm of a normal float above 0, after Cephes' logf. */
    static float log(float w) {
        int bits = Float.floatToRawIntBits(w);
        int exponent = (bits >>> 23) - 126;
        float mantissa = Float.intBitsToFloat(bits & 0x007FFFFF | 0x3F000000);
        if (mantissa < 0.70710678f) {
            exponent--;
            mantissa = mantissa + mantissa - 1;
        } else {
            mantissa = mantissa - 1;
        }
        float square = mantissa * mantissa;
        float tail = 7.0376836292e-2f;
        tail = tail * mantissa - 1.1514610310e-1f;
        tail = tail * mantissa + 1.1676998740e-1f;
        tail = tail * mantissa - 1.2420140846e-1f;
        tail = tail * mantissa + 1.4249322787e-1f;
        tail = tail * mantissa - 1.6668057665e-1f;
        tail = tail * mantissa + 2.0000714765e-1f;
        tail = tail * mantissa - 2.4999993993e-1f;
        tail = tail * mantissa + 3.3333331174e-1f;
        tail = tail * mantissa * square;
        tail = tail - 2.12194440e-4f * exponent;
        tail = tail - 0.5f * square;
        return mantissa + tail + 0.693359375f * exponent;
    }
}
