package org.nextscale.examples.trainer;

import org.nextscale.api.image.RgbImage;

/** Images of any size and shape made comparable. */
final class Thumbnail {
    private static final float WHITE = 255;

    private Thumbnail() {}

    /** The square in the middle, every pixel the mean of the area that it covers: {@code [size, size, 3]} in [0, 1]. */
    static float[] of(RgbImage image, int size) {
        int side = Math.min(image.width(), image.height());
        int left = (image.width() - side) / 2;
        int top = (image.height() - side) / 2;
        float[] thumbnail = new float[3 * size * size];
        for (int i = 0; i < thumbnail.length; i++) {
            int x = i / 3 % size;
            int y = i / 3 / size;
            long sum = 0;
            int pixels = 0;
            for (int v = top + begin(y, side, size); v < top + end(y, side, size); v++) {
                for (int u = left + begin(x, side, size); u < left + end(x, side, size); u++) {
                    sum += image.rgb()[3 * (v * image.width() + u) + i % 3] & 0xff;
                    pixels++;
                }
            }
            thumbnail[i] = sum / (pixels * WHITE);
        }
        return thumbnail;
    }

    private static int begin(int pixel, int side, int size) {
        return pixel * side / size;
    }

    private static int end(int pixel, int side, int size) {
        return ((pixel + 1) * side + size - 1) / size;
    }
}
