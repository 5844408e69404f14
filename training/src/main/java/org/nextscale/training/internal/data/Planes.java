package org.nextscale.training.internal.data;

import org.nextscale.engine.image.RgbImage;

/** Writes images as the networks see them. */
final class Planes {
    private static final float BLACK = -1;

    private Planes() {}

    /**
     * Writes a square of an image as {@code [3, side, side]} in [-1, 1]; what lies outside the image is black.
     *
     * @param top row of the image that becomes the first one, negative to begin above it
     * @param left column of the image that becomes the first one (the last, when flipped)
     */
    static void write(RgbImage image, int top, int left, int side, boolean flipped, float[] target, int offset) {
        int plane = side * side;
        for (int y = 0; y < side; y++) {
            int row = y + top;
            for (int x = 0; x < side; x++) {
                int column = (flipped ? side - 1 - x : x) + left;
                int at = offset + y * side + x;
                if (row < 0 || row >= image.height() || column < 0 || column >= image.width()) {
                    target[at] = BLACK;
                    target[at + plane] = BLACK;
                    target[at + 2 * plane] = BLACK;
                } else {
                    int pixel = (row * image.width() + column) * 3;
                    for (int channel = 0; channel < 3; channel++) {
                        target[at + channel * plane] = (image.rgb()[pixel + channel] & 0xff) / 127.5f - 1;
                    }
                }
            }
        }
    }
}
