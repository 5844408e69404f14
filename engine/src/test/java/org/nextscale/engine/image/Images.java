package org.nextscale.engine.image;

import java.util.Random;

/** Pictures for tests. */
final class Images {
    private Images() {}

    static RgbImage noise(int width, int height, long seed) {
        byte[] rgb = new byte[width * height * 3];
        new Random(seed).nextBytes(rgb);
        return new RgbImage(width, height, rgb);
    }

    /** Red grows to the right, green downwards. */
    static RgbImage gradient(int width, int height) {
        byte[] rgb = new byte[width * height * 3];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                rgb[(y * width + x) * 3] = (byte) (255 * x / Math.max(1, width - 1));
                rgb[(y * width + x) * 3 + 1] = (byte) (255 * y / Math.max(1, height - 1));
            }
        }
        return new RgbImage(width, height, rgb);
    }
}
