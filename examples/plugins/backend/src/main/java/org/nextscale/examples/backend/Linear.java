package org.nextscale.examples.backend;

import java.util.stream.IntStream;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TransformerTensors;

/** A linear layer, {@code x · Wᵀ + b}, for any number of rows. Immutable. */
final class Linear {
    /** Rows that are computed together, so that a row of weights is fetched once for all of them. */
    private static final int TOGETHER = 8;

    private final int in;
    private final int out;
    /** {@code [in, out]}: what an input adds to all outputs lies side by side. */
    private final float[] transposed;

    private final float[] bias;

    /**
     * @param weights {@code [out, in]}
     * @param bias {@code [out]}
     */
    Linear(int in, int out, float[] weights, float[] bias) {
        this.in = in;
        this.out = out;
        this.bias = bias;
        transposed = new float[weights.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                transposed[i * out + o] = weights[o * in + i];
            }
        }
    }

    /** The layer of this name in a state dict. */
    static Linear read(WeightSource source, String name, int in, int out) {
        return new Linear(
                in,
                out,
                source.read(TransformerTensors.weight(name), out, in),
                source.read(TransformerTensors.bias(name), out));
    }

    /** {@code [rows, in]} to {@code [rows, out]}. */
    float[] apply(float[] x) {
        int rows = x.length / in;
        float[] y = new float[rows * out];
        IntStream.rangeClosed(0, (rows - 1) / TOGETHER).parallel().forEach(group -> {
            int first = group * TOGETHER;
            apply(x, y, first, Math.min(rows, first + TOGETHER));
        });
        return y;
    }

    private void apply(float[] x, float[] y, int first, int end) {
        for (int row = first; row < end; row++) {
            System.arraycopy(bias, 0, y, row * out, out);
        }
        for (int i = 0; i < in; i++) {
            for (int row = first; row < end; row++) {
                Arithmetic.addScaled(y, row * out, x[row * in + i], transposed, i * out, out);
            }
        }
    }
}
