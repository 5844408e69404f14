package org.nextscale.backend.cuda.internal.loop;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * How a map of one side is enlarged to another along one axis, bicubically as the tokenizer does it (a = −0.75,
 * align_corners=False): four source cells and their factors for every target cell.
 *
 * @param cells {@code [to, 4]}
 * @param factors {@code [to, 4]}
 */
record Enlarging(int[] cells, float[] factors) {
    static final int TAPS = 4;
    private static final float A = -0.75f;

    static Enlarging of(int from, int to) {
        int[] cells = new int[TAPS * to];
        float[] factors = new float[TAPS * to];
        float scale = (float) from / to;
        for (int i = 0; i < to; i++) {
            float position = scale * (i + 0.5f) - 0.5f;
            int cell = (int) Math.floor(position);
            float t = position - cell;
            factors[TAPS * i] = outer(t + 1);
            factors[TAPS * i + 1] = inner(t);
            factors[TAPS * i + 2] = inner(1 - t);
            factors[TAPS * i + 3] = outer(2 - t);
            for (int tap = 0; tap < TAPS; tap++) {
                cells[TAPS * i + tap] = Math.min(Math.max(cell - 1 + tap, 0), from - 1);
            }
        }
        return new Enlarging(cells, factors);
    }

    /** The cubic kernel at distance x in [0, 1]. */
    private static float inner(float x) {
        return ((A + 2) * x - (A + 3)) * x * x + 1;
    }

    /** The cubic kernel at distance x in [1, 2]. */
    private static float outer(float x) {
        return ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
    }

    /** The cells as the GPU has them. */
    ByteBuffer cellBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(cells.length * Integer.BYTES).order(ByteOrder.nativeOrder());
        bytes.asIntBuffer().put(cells);
        return bytes;
    }
}
