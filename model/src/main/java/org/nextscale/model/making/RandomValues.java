package org.nextscale.model.making;

import java.nio.FloatBuffer;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * Random weights: element {@code i} is a function of seed and {@code i}. Fast rather than fine: the normal distribution is
 * a sum of four uniform numbers of 16 bits, cut at 3.5 standard deviations by its nature.
 *
 * @param seed which numbers
 * @param rowElements elements of a row, for {@code secondScale}
 * @param firstRows how many rows have {@code firstScale}
 * @param firstScale standard deviation (normal) or bound (uniform) in the first rows
 * @param secondScale the same in the rows after them
 * @param uniform uniform instead of normal
 */
record RandomValues(long seed, long rowElements, long firstRows, float firstScale, float secondScale, boolean uniform)
        implements TensorValues {
    private static final float MEAN = 2 * 65535f;
    private static final float DEVIATION = 37837.2f;

    /** Normally distributed with mean 0. */
    static RandomValues normal(long seed, double deviation) {
        return new RandomValues(seed, 1, 0, 0, (float) deviation, false);
    }

    /** Evenly distributed between −bound and bound. */
    static RandomValues uniform(long seed, double bound) {
        return new RandomValues(seed, 1, 0, 0, (float) bound, true);
    }

    @Override
    public void read(long firstElement, FloatBuffer target) {
        long secondBegins = rowElements * firstRows;
        for (long i = firstElement; target.hasRemaining(); i++) {
            long bits = mix(seed + i * 0x9e3779b97f4a7c15L);
            float value = uniform
                    ? (int) (bits >>> 32) * 0x1p-31f
                    : ((bits & 0xffff) + (bits >>> 16 & 0xffff) + (bits >>> 32 & 0xffff) + (bits >>> 48) - MEAN)
                            / DEVIATION;
            target.put(value * (i < secondBegins ? firstScale : secondScale));
        }
    }

    /** The finalizer of SplitMix64. */
    static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
