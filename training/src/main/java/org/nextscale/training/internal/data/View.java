package org.nextscale.training.internal.data;

import java.util.List;

/**
 * How an image is looked at: which part of it, and whether in a mirror.
 *
 * @param cropY where the square lies between top (0) and bottom (1) of what the image has to spare
 * @param cropX the same from left to right
 * @param flipped whether left and right change places
 */
public record View(double cropY, double cropX, boolean flipped) {
    /** The square in the middle. */
    public static final View CENTRE = new View(0.5, 0.5, false);

    /** The square in the middle, in a mirror. */
    public static final View CENTRE_FLIPPED = new View(0.5, 0.5, true);

    public View {
        if (!(cropY >= 0 && cropY <= 1 && cropX >= 0 && cropX <= 1)) {
            throw new IllegalArgumentException("crop at " + cropY + ", " + cropX + " is outside 0..1");
        }
    }

    /** The views that tokens are kept of: the middle, and with {@code flips} its mirror image too. */
    public static List<View> centred(boolean flips) {
        return flips ? List.of(CENTRE, CENTRE_FLIPPED) : List.of(CENTRE);
    }

    /** First pixel of {@code side} ones among {@code available}, at a place in 0..1. */
    static int offset(double place, int available, int side) {
        int margin = available - side;
        return Math.min(margin, (int) (place * (margin + 1)));
    }
}
