package org.nextscale.backend.nd4j.internal.compute;

/** Layer normalization without affine parameters, followed by AdaLN's modulation (VAR, section 3.3). */
public final class LayerNorm {
    private LayerNorm() {}

    /**
     * {@code out[i] = (x[i] − mean) / √(variance + epsilon) · (1 + scale[i]) + shift[i]} for one row.
     *
     * @param modulation holds scale from {@code scale} and shift from {@code shift}
     */
    public static void modulate(
            float[] x, int from, int width, double epsilon, float[] modulation, int scale, int shift, float[] out) {
        float mean = Reductions.sum(x, from, width) / width;
        float variance = Reductions.squares(x, from, width, mean) / width;
        float inverse = (float) (1 / Math.sqrt(variance + epsilon));
        for (int i = 0; i < width; i++) {
            out[i] = (x[from + i] - mean) * inverse * (1f + modulation[scale + i]) + modulation[shift + i];
        }
    }
}
