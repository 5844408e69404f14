package org.nextscale.api.generation;

import org.nextscale.api.InvalidInputException;

/**
 * Which part of an image to keep: 1 = keep, 0 = make anew, values between are allowed. Rows from top to bottom; any size,
 * it is resized to every scale. The array is shared, not copied.
 *
 * @param keep {@code [height, width]} in [0, 1]
 */
public record ImageMask(int height, int width, float[] keep) {

    public ImageMask {
        if (height <= 0 || width <= 0 || keep.length != (long) height * width) {
            throw new IllegalArgumentException(keep.length + " values are not [" + height + ", " + width + "]");
        }
        for (float value : keep) {
            if (!(value >= 0 && value <= 1)) {
                throw new InvalidInputException("a mask holds values in 0..1, found " + value);
            }
        }
    }

    /**
     * A box on the grid of the finest scale, as the reference draws it: edges at {@code round(fraction · side)}, halves to
     * even.
     *
     * @param side tokens along an edge of the finest scale
     * @param keepInside {@code true} to keep the box and make its surroundings (out-painting), {@code false} to make the
     *     box anew (in-painting)
     */
    public static ImageMask box(int side, double y0, double x0, double y1, double x1, boolean keepInside) {
        if (!(0 <= y0 && y0 < y1 && y1 <= 1 && 0 <= x0 && x0 < x1 && x1 <= 1)) {
            throw new InvalidInputException("box " + y0 + "," + x0 + "," + y1 + "," + x1
                    + " must be y0,x0,y1,x1 with 0 <= y0 < y1 <= 1 and 0 <= x0 < x1 <= 1");
        }
        float[] keep = new float[side * side];
        long top = Math.round(Math.rint(y0 * side));
        long bottom = Math.round(Math.rint(y1 * side));
        long left = Math.round(Math.rint(x0 * side));
        long right = Math.round(Math.rint(x1 * side));
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                boolean inside = y >= top && y < bottom && x >= left && x < right;
                keep[y * side + x] = inside == keepInside ? 1 : 0;
            }
        }
        return new ImageMask(side, side, keep);
    }
}
