package org.nextscale.examples.backend;

import org.nextscale.api.model.TokenizerSpec;

/**
 * What a condition does to the activations: vectors that AdaLN's linear layers make of its embedding, in the order that
 * {@link org.nextscale.backend.support.AdaLn} names. The same at every scale. Immutable.
 *
 * @param vectors {@code [vectors, width]}
 */
record Modulation(float[] vectors, int width) {
    /** {@code LayerNorm(x) · (scale + 1) + shift}, for every row of {@code [tokens, width]}. */
    float[] normalize(float[] x, int scale, int shift) {
        float[] normal = new float[x.length];
        for (int row = 0; row < x.length; row += width) {
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < width; i++) {
                sum += x[row + i];
                squares += (double) x[row + i] * x[row + i];
            }
            double mean = sum / width;
            double deviation = Math.sqrt(squares / width - mean * mean + TokenizerSpec.NORM_EPSILON);
            for (int i = 0; i < width; i++) {
                float normalized = (float) ((x[row + i] - mean) / deviation);
                normal[row + i] = normalized * (vectors[scale * width + i] + 1) + vectors[shift * width + i];
            }
        }
        return normal;
    }

    /** Adds what a branch computed to the residual stream: {@code x += branch · gamma}. */
    void add(float[] x, float[] branch, int gamma) {
        for (int i = 0; i < x.length; i++) {
            x[i] += branch[i] * vectors[gamma * width + i % width];
        }
    }
}
