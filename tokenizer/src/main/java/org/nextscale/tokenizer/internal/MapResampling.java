package org.nextscale.tokenizer.internal;

/**
 * Resizing of square maps exactly as {@code torch.nn.functional.interpolate} does it: {@code bicubic} (a = −0.75,
 * align_corners=False, no antialiasing) and {@code area} (adaptive average pooling). Planes are row-major.
 */
final class MapResampling {
    private static final float A = -0.75f;

    private MapResampling() {}

    /**
     * Bicubic enlargement of {@code planes} maps.
     *
     * @param source {@code [planes, from, from]}
     * @return {@code [planes, to, to]}
     */
    static float[] bicubic(float[] source, int planes, int from, int to) {
        if (from == to) {
            return source.clone();
        }
        int[] index = new int[4 * to];
        float[] weight = new float[4 * to];
        cubicTaps(from, to, index, weight);
        float[] wide = new float[from * to];
        float[] target = new float[planes * to * to];
        for (int plane = 0; plane < planes; plane++) {
            int base = plane * from * from;
            for (int y = 0; y < from; y++) {
                int row = base + y * from;
                for (int x = 0; x < to; x++) {
                    float sum = 0;
                    for (int tap = 4 * x; tap < 4 * x + 4; tap++) {
                        sum += source[row + index[tap]] * weight[tap];
                    }
                    wide[y * to + x] = sum;
                }
            }
            for (int y = 0; y < to; y++) {
                int out = (plane * to + y) * to;
                for (int tap = 4 * y; tap < 4 * y + 4; tap++) {
                    int row = index[tap] * to;
                    float factor = weight[tap];
                    for (int x = 0; x < to; x++) {
                        target[out + x] += wide[row + x] * factor;
                    }
                }
            }
        }
        return target;
    }

    private static void cubicTaps(int from, int to, int[] index, float[] weight) {
        float scale = (float) from / to;
        for (int i = 0; i < to; i++) {
            float position = scale * (i + 0.5f) - 0.5f;
            int cell = (int) Math.floor(position);
            float t = position - cell;
            weight[4 * i] = outer(t + 1);
            weight[4 * i + 1] = inner(t);
            weight[4 * i + 2] = inner(1 - t);
            weight[4 * i + 3] = outer(2 - t);
            for (int tap = 0; tap < 4; tap++) {
                index[4 * i + tap] = Math.min(Math.max(cell - 1 + tap, 0), from - 1);
            }
        }
    }

    /** The cubic kernel at distance x in [0, 1]. */
    private static float inner(float x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** The cubic kernel at distance x in [1, 2]. */
    private static float outer(float x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }

    /**
     * Averages every cell's share of the source: cell i covers floor(i·from/to) to ceil((i+1)·from/to).
     *
     * @param source {@code [planes, from, from]}
     * @return {@code [planes, to, to]}
     */
    static float[] area(float[] source, int planes, int from, int to) {
        if (from == to) {
            return source.clone();
        }
        float[] target = new float[planes * to * to];
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < to; y++) {
                int top = y * from / to;
                int bottom = ((y + 1) * from + to - 1) / to;
                for (int x = 0; x < to; x++) {
                    int left = x * from / to;
                    int right = ((x + 1) * from + to - 1) / to;
                    float sum = 0;
                    for (int v = top; v < bottom; v++) {
                        for (int u = left; u < right; u++) {
                            sum += source[(plane * from + v) * from + u];
                        }
                    }
                    target[(plane * to + y) * to + x] = sum / ((bottom - top) * (right - left));
                }
            }
        }
        return target;
    }
}
