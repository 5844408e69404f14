package org.nextscale.engine.internal.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nextscale.api.generation.ImageMask;

class MasksTest {

    /** By hand from PyTorch's rule: 4 → 2 samples at 0.5 and 2.5, 2 → 4 at −0.25 (clamped), 0.25, 0.75, 1.25 (clamped). */
    @Test
    void bilinearSamplesWherePyTorchDoes() {
        float[] columns = {0, 1, 2, 3};
        assertArrayEquals(new float[] {0.5f, 2.5f}, Masks.bilinear(columns, 1, 4, 1, 2));
        assertArrayEquals(new float[] {0, 0.25f, 0.75f, 1}, Masks.bilinear(new float[] {0, 1}, 2, 1, 4, 1));
        float[] square = {1, 2, 3, 4};
        assertArrayEquals(square, Masks.bilinear(square, 2, 2, 2, 2));
    }

    /** Recorded in the reference vectors: the fifth of six cells lies a hair beyond 5.5, on the kept side. */
    @Test
    void theTieAtFiveAndAHalfFallsAsInTheReference() {
        float[] row = {1, 0, 0, 0, 0, 0, 1, 1};
        assertTrue(Masks.bilinear(row, 1, 8, 1, 6)[4] > 0.5f);
        float[] inverse = {0, 1, 1, 1, 1, 1, 0, 0};
        assertFalse(Masks.bilinear(inverse, 1, 8, 1, 6)[4] > 0.5f);
    }

    @Test
    void masksOfAnySizeComeToTheGrid() {
        ImageMask wide = new ImageMask(1, 4, new float[] {1, 1, 0, 1});
        assertArrayEquals(new float[] {1, 0.5f, 1, 0.5f}, Masks.toGrid(wide, 2));
        ImageMask odd = new ImageMask(3, 3, new float[] {1, 0, 0, 0, 0, 0, 0, 0, 1});
        assertArrayEquals(new float[] {0.25f, 0, 0, 0.25f}, Masks.toGrid(odd, 2));
    }
}
