package org.nextscale.evaluation.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;

class ImageSimilarityTest {
    private static final int WIDTH = 19;
    private static final int HEIGHT = 16;

    @Test
    void psnrIsThatOfTheMeanSquare() {
        byte[] black = new byte[3 * 4 * 4];
        byte[] other = black.clone();
        other[0] = (byte) 255;
        double wanted = 10 * Math.log10(48);
        assertEquals(wanted, ImageSimilarity.psnr(new RgbImage(4, 4, black), new RgbImage(4, 4, other)), 1e-12);
        assertEquals(
                Double.POSITIVE_INFINITY, ImageSimilarity.psnr(new RgbImage(4, 4, black), new RgbImage(4, 4, black)));
    }

    @Test
    void ssimAgreesWithEveryWindowOnItsOwn() {
        RgbImage first = pattern(7, 3);
        RgbImage second = pattern(5, 4);
        double wanted = 0;
        for (int channel = 0; channel < 3; channel++) {
            double sum = 0;
            for (int y = 0; y + 11 <= HEIGHT; y++) {
                for (int x = 0; x + 11 <= WIDTH; x++) {
                    sum += window(first, second, x, y, channel);
                }
            }
            wanted += sum / ((HEIGHT - 10) * (WIDTH - 10)) / 3;
        }
        assertTrue(wanted < 0.9, "the images differ");
        assertEquals(wanted, ImageSimilarity.ssim(first, second), 1e-12);
        assertEquals(1, ImageSimilarity.ssim(first, first), 1e-12);
    }

    /** What scipy 1.17 gives for these images, with skimage's formula: gaussian_filter, truncate 3.5, borders cut off. */
    @Test
    void ssimAgreesWithScikitImage() {
        assertEquals(0.1204798184214748, ImageSimilarity.ssim(pattern(7, 3), pattern(5, 4)), 1e-9);
    }

    @Test
    void imagesMustBeLargeEnoughAndOfOneSize() {
        RgbImage small = new RgbImage(10, 11, new byte[330]);
        assertThrows(InvalidInputException.class, () -> ImageSimilarity.ssim(small, small));
        assertThrows(InvalidInputException.class, () -> ImageSimilarity.psnr(small, pattern(1, 1)));
    }

    private static RgbImage pattern(int a, int b) {
        byte[] rgb = new byte[3 * WIDTH * HEIGHT];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((i * a + i / 7 * b) % 251);
        }
        return new RgbImage(WIDTH, HEIGHT, rgb);
    }

    private static double window(RgbImage first, RgbImage second, int left, int top, int channel) {
        double weights = 0;
        double meanX = 0;
        double meanY = 0;
        for (int v = 0; v < 11; v++) {
            for (int u = 0; u < 11; u++) {
                double weight = weight(u, v);
                weights += weight;
                meanX += weight * value(first, left + u, top + v, channel);
                meanY += weight * value(second, left + u, top + v, channel);
            }
        }
        meanX /= weights;
        meanY /= weights;
        double varianceX = 0;
        double varianceY = 0;
        double covariance = 0;
        for (int v = 0; v < 11; v++) {
            for (int u = 0; u < 11; u++) {
                double weight = weight(u, v) / weights;
                double x = value(first, left + u, top + v, channel) - meanX;
                double y = value(second, left + u, top + v, channel) - meanY;
                varianceX += weight * x * x;
                varianceY += weight * y * y;
                covariance += weight * x * y;
            }
        }
        double c1 = 2.55 * 2.55;
        double c2 = 7.65 * 7.65;
        return (2 * meanX * meanY + c1)
                * (2 * covariance + c2)
                / ((meanX * meanX + meanY * meanY + c1) * (varianceX + varianceY + c2));
    }

    private static double weight(int u, int v) {
        return Math.exp(-((u - 5) * (u - 5) + (v - 5) * (v - 5)) / (2 * 1.5 * 1.5));
    }

    private static double value(RgbImage image, int x, int y, int channel) {
        return image.rgb()[3 * (y * WIDTH + x) + channel] & 0xff;
    }
}
