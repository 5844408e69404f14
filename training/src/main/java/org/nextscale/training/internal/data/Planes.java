package org.nextscale.training.internal.data;

import org.nextscale.api.image.RgbImage;

/** Writes images as the networks see them. */
final class Planes {
    private Planes() {}

    /**
     * Writes a square of an image as {@code [3, side, side]} in [-1, 1].
     *
     * @param top row of the image that becomes the first one
     * @param left column of the image that becomes the first one (the last, when flipped)
     */
    static void write(RgbImage image, int top, int left, int side, boolean flipped, float[] target, int offset) {
        int plane = side * side;
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                int column = (flipped ? side - 1 - x : x) + left;
                int pixel = ((y + top) * image.width() + column) * 3;
                int at = offset + y * side + x;
                for (int channel = 0; channel < 3; channel++) {
                    target[at + channel * plane] = (image.rgb()[pixel + channel] & 0xff) / 127.5f - 1;
                }
            }
        }
    }
}
