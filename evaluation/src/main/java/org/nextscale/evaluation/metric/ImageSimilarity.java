package org.nextscale.evaluation.metric;

import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;

/** How alike two images are: measures of what a tokenizer keeps. Of 8-bit colours, in float64. Stateless. */
public final class ImageSimilarity {
    private static final double PEAK = 255;

    /** Half of SSIM's window, which is cut off at three and a half standard deviations. */
    private static final int RADIUS = 5;

    private static final double SIGMA = 1.5;
    private static final double C1 = Math.pow(0.01 * PEAK, 2);
    private static final double C2 = Math.pow(0.03 * PEAK, 2);
    private static final double[] WINDOW = window();

    private ImageSimilarity() {}

    /** Peak signal-to-noise ratio in decibels, over all pixels and colours; infinite for equal images. */
    public static double psnr(RgbImage first, RgbImage second) {
        requireSameSize(first, second);
        double sum = 0;
        for (int i = 0; i < first.rgb().length; i++) {
            double difference = (first.rgb()[i] & 0xff) - (second.rgb()[i] & 0xff);
            sum += difference * difference;
        }
        return 10 * Math.log10(PEAK * PEAK * first.rgb().length / sum);
    }

    /**
     * Structural similarity as Wang et al. 2004 define it: Gaussian window of 11 × 11 pixels with σ 1.5, K₁ 0.01, K₂ 0.03,
     * moments of the population, mean over all places where the window lies within the image, mean over the three colours.
     * It is what scikit-image gives for {@code gaussian_weights=True, sigma=1.5, use_sample_covariance=False}.
     *
     * @return at most 1, for equal images
     * @throws InvalidInputException if the images are smaller than the window or of different sizes
     */
    public static double ssim(RgbImage first, RgbImage second) {
        requireSameSize(first, second);
        if (Math.min(first.width(), first.height()) <= 2 * RADIUS) {
            throw new InvalidInputException("SSIM needs images of at least " + (2 * RADIUS + 1)
                    + " pixels an edge, got " + first.width() + " x " + first.height());
        }
        double sum = 0;
        for (int channel = 0; channel < 3; channel++) {
            sum += ssim(plane(first, channel), plane(second, channel), first.width(), first.height());
        }
        return sum / 3;
    }

    private static void requireSameSize(RgbImage first, RgbImage second) {
        if (first.width() != second.width() || first.height() != second.height()) {
            throw new InvalidInputException("images of " + first.width() + " x " + first.height() + " and "
                    + second.width() + " x " + second.height() + " pixels cannot be compared");
        }
    }

    private static double ssim(double[] x, double[] y, int width, int height) {
        double[] meanX = blurred(x, width, height);
        double[] meanY = blurred(y, width, height);
        double[] squareX = blurred(times(x, x), width, height);
        double[] squareY = blurred(times(y, y), width, height);
        double[] product = blurred(times(x, y), width, height);
        double sum = 0;
        for (int i = 0; i < meanX.length; i++) {
            double varianceX = squareX[i] - meanX[i] * meanX[i];
            double varianceY = squareY[i] - meanY[i] * meanY[i];
            double covariance = product[i] - meanX[i] * meanY[i];
            double likeness = (2 * meanX[i] * meanY[i] + C1) * (2 * covariance + C2);
            sum += likeness / ((meanX[i] * meanX[i] + meanY[i] * meanY[i] + C1) * (varianceX + varianceY + C2));
        }
        return sum / meanX.length;
    }

    private static double[] plane(RgbImage image, int channel) {
        double[] plane = new double[image.width() * image.height()];
        for (int i = 0; i < plane.length; i++) {
            plane[i] = image.rgb()[3 * i + channel] & 0xff;
        }
        return plane;
    }

    private static double[] times(double[] first, double[] second) {
        double[] product = new double[first.length];
        for (int i = 0; i < product.length; i++) {
            product[i] = first[i] * second[i];
        }
        return product;
    }

    /** Weighted means over the window, where it lies within the image. */
    private static double[] blurred(double[] plane, int width, int height) {
        int narrow = width - 2 * RADIUS;
        int low = height - 2 * RADIUS;
        double[] rows = new double[height * narrow];
        for (int y = 0; y < height; y++) {
            for (int t = 0; t < WINDOW.length; t++) {
                for (int x = 0; x < narrow; x++) {
                    rows[y * narrow + x] += WINDOW[t] * plane[y * width + x + t];
                }
            }
        }
        double[] result = new double[low * narrow];
        for (int y = 0; y < low; y++) {
            for (int t = 0; t < WINDOW.length; t++) {
                for (int x = 0; x < narrow; x++) {
                    result[y * narrow + x] += WINDOW[t] * rows[(y + t) * narrow + x];
                }
            }
        }
        return result;
    }

    private static double[] window() {
        double[] window = new double[2 * RADIUS + 1];
        double sum = 0;
        for (int i = 0; i < window.length; i++) {
            window[i] = Math.exp(-Math.pow(i - RADIUS, 2) / (2 * SIGMA * SIGMA));
            sum += window[i];
        }
        for (int i = 0; i < window.length; i++) {
            window[i] /= sum;
        }
        return window;
    }
}
