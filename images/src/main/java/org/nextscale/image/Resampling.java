package org.nextscale.image;

import org.nextscale.api.image.RgbImage;

/**
 * Resizing of images, separable, with the filter widened when shrinking so that nothing aliases: what Pillow's
 * {@code resize} does, with which the models' training images were prepared.
 */
public enum Resampling {
    /** Three-lobed windowed sinc: sharp; for pictures. */
    LANCZOS(3) {
        @Override
        double weight(double x) {
            if (x == 0) {
                return 1;
            }
            double a = Math.PI * x;
            return Math.abs(x) < 3 ? 3 * Math.sin(a) * Math.sin(a / 3) / (a * a) : 0;
        }
    },
    /** Mean of what a pixel covers; never leaves the range of its input; for masks. */
    AREA(0.5) {
        @Override
        double weight(double x) {
            return x > -0.5 && x <= 0.5 ? 1 : 0;
        }
    };

    private final double support;

    Resampling(double support) {
        this.support = support;
    }

    /** Weight of a sample at distance {@code x}, in units of the coarser grid. */
    abstract double weight(double x);

    /** An image resized to whole numbers, as Pillow does. */
    public RgbImage resized(RgbImage image, int newWidth, int newHeight) {
        if (newWidth == image.width() && newHeight == image.height()) {
            return image;
        }
        float[] values = resize(image.rgb(), 3, image.width(), image.height(), newWidth, newHeight);
        byte[] rounded = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = (byte) Math.max(0, Math.min(255, Math.round(values[i])));
        }
        return new RgbImage(newWidth, newHeight, rounded);
    }

    /** Resizes a square, {@code [side, side, channels]} to {@code [size, size, channels]}, as below. */
    float[] resize(byte[] samples, int channels, int side, int size) {
        return resize(samples, channels, side, side, size, size);
    }

    /**
     * Resizes an image.
     *
     * @param samples {@code [height, width, channels]}, bytes without sign
     * @return {@code [newHeight, newWidth, channels]} in 0..255, not rounded; LANCZOS may overshoot
     */
    float[] resize(byte[] samples, int channels, int width, int height, int newWidth, int newHeight) {
        Taps across = new Taps(width, newWidth);
        int row = newWidth * channels;
        float[] narrow = new float[height * row];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < newWidth; x++) {
                float[] weights = across.weights[x];
                for (int c = 0; c < channels; c++) {
                    float sum = 0;
                    int from = (y * width + across.first[x]) * channels + c;
                    for (int t = 0; t < weights.length; t++) {
                        sum += weights[t] * (samples[from + t * channels] & 0xff);
                    }
                    narrow[y * row + x * channels + c] = sum;
                }
            }
        }
        Taps down = new Taps(height, newHeight);
        float[] result = new float[newHeight * row];
        for (int y = 0; y < newHeight; y++) {
            float[] weights = down.weights[y];
            for (int t = 0; t < weights.length; t++) {
                int from = (down.first[y] + t) * row;
                for (int i = 0; i < row; i++) {
                    result[y * row + i] += weights[t] * narrow[from + i];
                }
            }
        }
        return result;
    }

    /** Which samples make a new one, and with what weights, along a row or a column. */
    private final class Taps {
        final int[] first;
        final float[][] weights;

        Taps(int side, int size) {
            first = new int[size];
            weights = new float[size][];
            double scale = (double) side / size;
            double stretch = Math.max(scale, 1);
            for (int i = 0; i < size; i++) {
                double centre = (i + 0.5) * scale;
                int from = Math.max(0, (int) (centre - support * stretch + 0.5));
                int to = Math.min(side, (int) (centre + support * stretch + 0.5));
                first[i] = from;
                weights[i] = normalized(from, to, centre, stretch);
            }
        }

        private float[] normalized(int from, int to, double centre, double stretch) {
            double[] raw = new double[to - from];
            double sum = 0;
            for (int t = 0; t < raw.length; t++) {
                raw[t] = weight((from + t + 0.5 - centre) / stretch);
                sum += raw[t];
            }
            float[] result = new float[raw.length];
            for (int t = 0; t < raw.length; t++) {
                result[t] = (float) (raw[t] / sum);
            }
            return result;
        }
    }
}
