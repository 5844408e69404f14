package org.nextscale.evaluation.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;

class PreprocessingTest {

    @Test
    void movesLevelsToTheRangeAndColoursToPlanes() {
        RgbImage image = new RgbImage(2, 1, new byte[] {0, (byte) 255, 51, (byte) 204, 0, 0});
        float[] found = new float[7];
        Preprocessing.parse("-1, 1", "none").write(image, 1, 2, found, 1);
        assertArrayEquals(new float[] {0, -1, 0.6f, 1, -1, -0.6f, -1}, found, 1e-6f);
    }

    /** (x − 128) / 128 is the range −1 to 127/128. */
    @Test
    void inceptionsRangeIsItsFormula() {
        byte[] rgb = new byte[3 * 256];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (i / 3);
        }
        float[] found = new float[rgb.length];
        Preprocessing.parse("-1,0.9921875", "tf1-bilinear").write(new RgbImage(256, 1, rgb), 1, 256, found, 0);
        for (int level = 0; level < 256; level++) {
            assertEquals((level - 128) / 128f, found[level], 1e-7f);
        }
    }

    /** Two pixels to four: at 0, ½, 1 and beyond the last, where it is repeated. No half pixel, unlike newer rules. */
    @Test
    void resizesAsTensorFlow1Did() {
        RgbImage image = new RgbImage(2, 2, new byte[] {0, 0, 0, 100, 100, 100, (byte) 200, 0, 0, 0, 0, 0});
        float[] found = new float[48];
        Preprocessing.parse("0,255", "tf1-bilinear").write(image, 4, 4, found, 0);
        float[] red = {
            0, 50, 100, 100,
            100, 75, 50, 50,
            200, 100, 0, 0,
            200, 100, 0, 0
        };
        assertArrayEquals(red, Arrays.copyOf(found, 16), 1e-4f);
    }

    /** Shrinking takes single pixels and smooths nothing. */
    @Test
    void shrinksWithoutSmoothing() {
        byte[] rgb = new byte[3 * 36];
        for (int i = 0; i < 36; i++) {
            rgb[3 * i] = (byte) i;
        }
        float[] found = new float[12];
        Preprocessing.parse("0,255", "tf1-bilinear").write(new RgbImage(6, 6, rgb), 2, 2, found, 0);
        assertArrayEquals(new float[] {0, 3, 18, 21}, Arrays.copyOf(found, 4), 1e-4f);
    }

    @Test
    void refusesWhatItCannotDo() {
        assertThrows(InvalidInputException.class, () -> Preprocessing.parse("0", "none"));
        assertThrows(InvalidInputException.class, () -> Preprocessing.parse("0,x", "none"));
        assertThrows(InvalidInputException.class, () -> Preprocessing.parse("1,1", "none"));
        assertThrows(InvalidInputException.class, () -> Preprocessing.parse("0,1", "cubic"));
        RgbImage image = new RgbImage(1, 1, new byte[3]);
        Preprocessing none = Preprocessing.parse("0,1", "none");
        assertThrows(InvalidInputException.class, () -> none.write(image, 2, 2, new float[12], 0));
    }
}
