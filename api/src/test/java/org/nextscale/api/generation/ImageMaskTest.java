package org.nextscale.api.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class ImageMaskTest {

    /** Python's round(0.5 · 5) is 2 and round(0.7 · 5) is 4 (3.5 to even): rows 2 and 3, columns 0 to 1. */
    @Test
    void boxEdgesRoundHalvesToEven() {
        float[] expected = new float[25];
        for (int at : new int[] {10, 11, 15, 16}) {
            expected[at] = 1;
        }
        assertArrayEquals(expected, ImageMask.box(5, 0.5, 0, 0.7, 0.4, true).keep());
        float[] inverse = ImageMask.box(5, 0.5, 0, 0.7, 0.4, false).keep();
        for (int i = 0; i < 25; i++) {
            expected[i] = 1 - expected[i];
        }
        assertArrayEquals(expected, inverse);
    }

    @Test
    void refusesBoxesOutsideTheImage() {
        assertThrows(InvalidInputException.class, () -> ImageMask.box(8, 0.5, 0, 0.4, 1, true));
        assertThrows(InvalidInputException.class, () -> ImageMask.box(8, 0, 0, 1, 1.1, true));
        assertThrows(InvalidInputException.class, () -> ImageMask.box(8, Double.NaN, 0, 1, 1, true));
        assertThrows(InvalidInputException.class, () -> new ImageMask(1, 1, new float[] {2}));
    }
}
