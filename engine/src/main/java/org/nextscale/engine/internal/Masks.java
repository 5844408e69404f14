package org.nextscale.engine.internal;

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

    /** PyTorch's bilinear resizing, align_corners=False, no antialiasing; row-major. */
    static float[] bilinear(float[] source, int height, int width, int toHeight, int toWidth) {
        float[] target = new float[toHeight * toWidth];
        for (int y = 0; y < toHeight; y++) {
            float v = Math.max((float) height / toHeight * (y + 0.5f) - 0.5f, 0);
            int top = (int) v;
            int bottom = Math.min(top + 1, height - 1);
            float lower = v - top;
            for (int x = 0; x < toWidth; x++) {
                float u = Math.max((float) width / toWidth * (x + 0.5f) - 0.5f, 0);
                int left = (int) u;
                int right = Math.min(left + 1, width - 1);
                float after = u - left;
                target[y * toWidth + x] =
                        (1 - lower) * ((1 - after) * source[top * width + left] + after * source[top * width + right])
                                + lower
                                        * ((1 - after) * source[bottom * width + left]
                                                + after * source[bottom * width + right]);
            }
        }
        return target;
    }
}
