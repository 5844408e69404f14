package org.nextscale.backend.nd4j.internal.compute;

/**
 * Sums and maxima of arrays. Floating-point sums may not be reordered by the JIT, so one running sum would wait for every
 * addition; eight of them side by side do not, and lose less to rounding besides.
 */
public final class Reductions {
    private Reductions() {}

    public static float sum(float[] x, int from, int count) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = from;
        int end = from + count;
        for (; i + 8 <= end; i += 8) {
            s0 += x[i];
            s1 += x[i + 1];
            s2 += x[i + 2];
            s3 += x[i + 3];
            s4 += x[i + 4];
            s5 += x[i + 5];
            s6 += x[i + 6];
            s7 += x[i + 7];
        }
        for (; i < end; i++) {
            s0 += x[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** {@code Σ (x[i] − centre)²}. */
    public static float squares(float[] x, int from, int count, float centre) {
        float s0 = 0, s1 = 0, s2 = 0, s3 = 0, s4 = 0, s5 = 0, s6 = 0, s7 = 0;
        int i = from;
        int end = from + count;
        for (; i + 8 <= end; i += 8) {
            float d0 = x[i] - centre;
            float d1 = x[i + 1] - centre;
            float d2 = x[i + 2] - centre;
            float d3 = x[i + 3] - centre;
            float d4 = x[i + 4] - centre;
            float d5 = x[i + 5] - centre;
            float d6 = x[i + 6] - centre;
            float d7 = x[i + 7] - centre;
            s0 += d0 * d0;
            s1 += d1 * d1;
            s2 += d2 * d2;
            s3 += d3 * d3;
            s4 += d4 * d4;
            s5 += d5 * d5;
            s6 += d6 * d6;
            s7 += d7 * d7;
        }
        for (; i < end; i++) {
            float d = x[i] - centre;
            s0 += d * d;
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7));
    }

    /** Largest of the first {@code count} elements. A maximum may be reordered: the JIT vectorizes this. */
    public static float max(float[] x, int count) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, x[i]);
        }
        return max;
    }
}
