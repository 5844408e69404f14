package org.nextscale.sampler.internal;

/**
 * e^x for x up to 0 and sums of such values, the same to the bit on every device: float32 additions and multiplications, each
 * rounded as IEEE 754 says, and whole numbers.
 */
final class Exp {
    /** Below this e^x counts as 0; above, no value on the way is subnormal. */
    private static final float LEAST = -86;

    private static final float LOG2_E = 1.44269504f;
    /** log 2 in two parts, of which a whole number of the first has no rounding. */
    private static final float LOG_2_HIGH = 0.693359375f;

    private static final float LOG_2_LOW = -2.12194440e-4f;

    /** Weights are added up as whole multiples of 2⁻⁴⁰: any order gives the same sum, and 2²² of them fit. */
    private static final float UNITS = 0x1p40f;

    private Exp() {}

    /** e^x within 2 units in the last place, after Cephes' expf. */
    static float of(float x) {
        if (x < LEAST) {
            return 0;
        }
        int exponent = (int) (x * LOG2_E - 0.5f);
        float r = x - exponent * LOG_2_HIGH;
        r = r - exponent * LOG_2_LOW;
        float y = 1.9875691500e-4f;
        y = y * r + 1.3981999507e-3f;
        y = y * r + 8.3334519073e-3f;
        y = y * r + 4.1665795894e-2f;
        y = y * r + 1.6666665459e-1f;
        y = y * r + 5.0000001201e-1f;
        y = y * (r * r) + r + 1;
        return y * Float.intBitsToFloat((exponent + 127) << 23);
    }

    /** A weight in 0..1 as a whole number to add up, rounded down. */
    static long units(float weight) {
        return (long) (weight * UNITS);
    }

    /** A sum of {@link #units} as a weight. */
    static float weight(long units) {
        return units / UNITS;
    }
}
