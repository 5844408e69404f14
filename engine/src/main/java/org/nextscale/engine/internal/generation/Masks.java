package org.nextscale.engine.internal.generation;

import org.nextscale.api.generation.ImageMask;

/** Resizing of masks to token grids and to pixels. */
final class Masks {
    private Masks() {}

    /** Brings a mask of any size to the grid of the finest scale: each cell the average of what it covers. */
    static float[] toGrid(ImageMask mask, int side) {
        int height = mask.height();
        int width = mask.width();
        float[] grid = new float[side * side];
        for (int y = 0; y < side; y++) {
            int top = (int) ((long) y * height / side);
            int bottom = (int) (((long) (y + 1) * height + side - 1) / side);
            for (int x = 0; x < side; x++) {
                int left = (int) ((long) x * width / side);
                int right = (int) (((long) (x + 1) * width + side - 1) / side);
                double sum = 0;
                for (int v = top; v < bottom; v++) {
                    for (int u = left; u < right; u++) {
                        sum += mask.keep()[v * width + u];
                    }
                }
                grid[y * side + x] = (float) (sum / ((bottom - top) * (right - left)));
            }
        }
        return grid;
    }

    /**
     * PyTorch's bilinear resizing, align_corners=False, no antialiasing; row-major. As there, the ratio of the sizes is a
     * float and positions keep more digits than that: 8 → 6 meets a cell at 5.5000002, which decides whether it is kept.
     */
    static float[] bilinear(float[] source, int height, int width, int toHeight, int toWidth) {
        float[] target = new float[toHeight * toWidth];
        for (int y = 0; y < toHeight; y++) {
            double v = position(height, toHeight, y);
            int top = (int) v;
            int bottom = Math.min(top + 1, height - 1);
            float lower = (float) (v - top);
            for (int x = 0; x < toWidth; x++) {
                double u = position(width, toWidth, x);
                int left = (int) u;
                int right = Math.min(left + 1, width - 1);
                float after = (float) (u - left);
                target[y * toWidth + x] =
                        (1 - lower) * ((1 - after) * source[top * width + left] + after * source[top * width + right])
                                + lower
                                        * ((1 - after) * source[bottom * width + left]
                                                + after * source[bottom * width + right]);
            }
        }
        return target;
    }

    private static double position(int from, int to, int index) {
        return Math.max((double) ((float) from / to) * (index + 0.5) - 0.5, 0);
    }
}
