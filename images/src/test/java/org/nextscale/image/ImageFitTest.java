package org.nextscale.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;

class ImageFitTest {
    @Test
    void ofVeryLongPicturesTheMiddleCounts() {
        RgbImage fitted = ImageFit.shortEdge(Images.gradient(256, 8), 8);
        assertEquals(32, fitted.width());
        assertEquals(8, fitted.height());
        assertEquals(112, fitted.rgb()[0] & 0xff);
    }

    @Test
    void aSmallImageKeepsItsPixelsAndGetsBlackAroundThem() {
        RgbImage image = Images.noise(5, 3, 1);
        RgbImage padded = ImageFit.padded(image, 7).orElseThrow();
        assertInTheMiddle(image, padded, 7, 2, 1);
        RgbImage square = Images.noise(7, 7, 2);
        assertSame(square, ImageFit.padded(square, 7).orElseThrow());
    }

    @Test
    void halfAsMuchAgainIsTheMostThatIsPadded() {
        assertTrue(ImageFit.isPadded(new ImageSize(28, 28), 42));
        assertFalse(ImageFit.isPadded(new ImageSize(28, 28), 43));
        assertTrue(ImageFit.isPadded(new ImageSize(28, 20), 28));
        assertFalse(ImageFit.isPadded(new ImageSize(28, 20), 27), "it would be cut off");
        assertTrue(ImageFit.padded(Images.noise(28, 28, 1), 64).isEmpty());
    }

    @Test
    void oblongImagesLieInTheMiddleOfASquare() {
        RgbImage image = Images.noise(4, 8, 3);
        assertInTheMiddle(image, ImageFit.wholeSquare(image), 8, 0, 2);
    }

    private static void assertInTheMiddle(RgbImage image, RgbImage square, int side, int top, int left) {
        assertEquals(side, square.width());
        assertEquals(side, square.height());
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int row = y - top;
                int column = x - left;
                boolean inside = row >= 0 && row < image.height() && column >= 0 && column < image.width();
                for (int channel = 0; channel < 3; channel++) {
                    byte expected = inside ? image.rgb()[(row * image.width() + column) * 3 + channel] : 0;
                    assertEquals(expected, square.rgb()[(y * side + x) * 3 + channel]);
                }
            }
        }
    }
}
