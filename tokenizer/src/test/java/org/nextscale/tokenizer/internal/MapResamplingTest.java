package org.nextscale.tokenizer.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** PyTorch's resizing against the formulas of its documentation, evaluated directly in double. */
class MapResamplingTest {

    /** Sixteen products a pixel in float32: an error of a few 1e-7 for values around 1. */
    private static final double ROUNDING = 2e-6;

    @Test
    void bicubicAgreesWithTheKernelSummedDirectly() {
        for (int[] sizes : new int[][] {{1, 16}, {2, 16}, {3, 7}, {5, 8}, {13, 16}, {16, 16}}) {
            int from = sizes[0];
            int to = sizes[1];
            float[] source = random(2 * from * from);
            float[] found = MapResampling.bicubic(source, 2, from, to);
            for (int i = 0; i < found.length; i++) {
                int plane = i / (to * to);
                double y = ((i / to) % to + 0.5) * from / to - 0.5;
                double x = (i % to + 0.5) * from / to - 0.5;
                assertEquals(bicubicAt(source, plane * from * from, from, y, x), found[i], ROUNDING);
            }
        }
    }

    private static double bicubicAt(float[] source, int base, int from, double y, double x) {
        double sum = 0;
        for (int v = (int) Math.floor(y) - 1; v <= Math.floor(y) + 2; v++) {
            for (int u = (int) Math.floor(x) - 1; u <= Math.floor(x) + 2; u++) {
                int row = Math.min(Math.max(v, 0), from - 1);
                int column = Math.min(Math.max(u, 0), from - 1);
                sum += source[base + row * from + column] * kernel(y - v) * kernel(x - u);
            }
        }
        return sum;
    }

    /** Keys' cubic convolution kernel with a = −0.75. */
    private static double kernel(double distance) {
        double a = -0.75;
        double d = Math.abs(distance);
        if (d <= 1) {
            return (a + 2) * d * d * d - (a + 3) * d * d + 1;
        }
        return d < 2 ? a * d * d * d - 5 * a * d * d + 8 * a * d - 4 * a : 0;
    }

    @Test
    void areaAveragesWhatACellCovers() {
        float[] source = {1, 2, 3, 4, 5, 6, 7, 8, 9};
        // Of three cells the first of two covers 0 to 1.5, so both of 0 and 1; the second 1 and 2.
        assertArrayEquals(new float[] {3, 4, 6, 7}, MapResampling.area(source, 1, 3, 2));
        assertArrayEquals(new float[] {5}, MapResampling.area(source, 1, 3, 1));
        assertArrayEquals(source, MapResampling.area(source, 1, 3, 3));
        assertArrayEquals(
                new float[] {1, 1, 2, 2, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 4, 4},
                MapResampling.area(new float[] {1, 2, 3, 4}, 1, 2, 4));
    }

    static float[] random(int length) {
        Random random = new Random(length);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
