package org.nextscale.backend.nd4j.internal.compute;

/**
 * Non-linear functions of the first {@code count} elements of an array, in place. Loops run from 0, since at an offset the
 * JIT sees a possible overlap of arrays and does not vectorize. Scratch comes from the worker, array 3.
 */
public final class Activations {
    private static final int SCRATCH = 3;
    private static final float GELU_SCALE = 0.7978845608f; // √(2/π)
    private static final float GELU_CUBE = 0.044715f;

    private Activations() {}

    /** SiLU: {@code x / (1 + exp(−x))}. */
    public static void silu(Worker worker, float[] x, int count) {
        float[] e = worker.array(SCRATCH, count);
        System.arraycopy(x, 0, e, 0, count);
        worker.exponential().apply(e, count, -1f, 0f);
        for (int i = 0; i < count; i++) {
            x[i] = x[i] / (1f + e[i]);
        }
    }

    /** GELU by its tanh formula, {@code x/2 · (1 + tanh(u))} = {@code x / (1 + exp(−2u))}. */
    public static void gelu(Worker worker, float[] x, int count) {
        float[] e = worker.array(SCRATCH, count);
        for (int i = 0; i < count; i++) {
            float v = x[i];
            e[i] = v + GELU_CUBE * (v * v * v);
        }
        worker.exponential().apply(e, count, -2f * GELU_SCALE, 0f);
        for (int i = 0; i < count; i++) {
            x[i] = x[i] / (1f + e[i]);
        }
    }

    /** Softmax of {@code factor · x}, for a positive factor. */
    public static void softmax(Worker worker, float[] x, int count, float factor) {
        worker.exponential().apply(x, count, factor, -factor * Reductions.max(x, count));
        float inverse = 1f / Reductions.sum(x, 0, count);
        for (int i = 0; i < count; i++) {
            x[i] *= inverse;
        }
    }
}
