package org.nextscale.engine.internal.generation;

import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.Pixels;

/**
 * Puts the kept part of an edit's source back over the decoder's pixels. How much of the source a pixel shows grows from 0
 * at the edge of the kept part to 1 at {@code feather} pixels inside it, so that deeper pixels are the source's own, bit for
 * bit, and what was to be made anew is not touched.
 */
final class Composite {
    private Composite() {}

    /** Changes {@code images}, {@code [batch, 3, size, size]}, in place. */
    static void apply(Edit edit, Pixels images) {
        int size = images.height();
        float[] share = sourceShare(edit.mask(), size, edit.compositeFeather().orElseThrow());
        float[] source = edit.image().values();
        float[] values = images.values();
        for (int i = 0; i < values.length; i++) {
            float alpha = share[i % share.length];
            float original = source[i % source.length];
            values[i] = alpha == 1 ? original : values[i] + alpha * (original - values[i]);
        }
    }

    /** For every pixel how much of the source shows, {@code [size, size]} in [0, 1]. */
    private static float[] sourceShare(ImageMask mask, int size, int feather) {
        float[] share = new float[size * size];
        for (int y = 0; y < size; y++) {
            int row = (int) ((long) y * mask.height() / size) * mask.width();
            for (int x = 0; x < size; x++) {
                int column = (int) ((long) x * mask.width() / size);
                share[y * size + x] = mask.keep()[row + column] > 0.5f ? 1 : 0;
            }
        }
        if (feather > 0) {
            float[] depth = depth(share, size);
            for (int i = 0; i < share.length; i++) {
                share[i] = Math.min(1, depth[i] / (feather + 1));
            }
        }
        return share;
    }

    /** Distance in pixels of every kept pixel to the nearest that is not kept (chamfer 3-4, within 6 % of Euclid's). */
    private static float[] depth(float[] kept, int size) {
        float[] depth = new float[kept.length];
        for (int i = 0; i < depth.length; i++) {
            depth[i] = kept[i] == 0 ? 0 : Float.MAX_VALUE / 4;
        }
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                relax(depth, size, y, x, -1);
            }
        }
        for (int y = size - 1; y >= 0; y--) {
            for (int x = size - 1; x >= 0; x--) {
                relax(depth, size, y, x, 1);
            }
        }
        return depth;
    }

    /** Tries the ways over the neighbours that a pass in this direction has finished. */
    private static void relax(float[] depth, int size, int y, int x, int step) {
        float best = depth[y * size + x];
        if (x + step >= 0 && x + step < size) {
            best = Math.min(best, depth[y * size + x + step] + 1);
        }
        if (y + step >= 0 && y + step < size) {
            int row = (y + step) * size;
            best = Math.min(best, depth[row + x] + 1);
            if (x > 0) {
                best = Math.min(best, depth[row + x - 1] + 4 / 3f);
            }
            if (x < size - 1) {
                best = Math.min(best, depth[row + x + 1] + 4 / 3f);
            }
        }
        depth[y * size + x] = best;
    }
}
