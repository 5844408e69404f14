package org.nextscale.backend.cuda.internal.tokenizer;

import org.nextscale.api.InvalidInputException;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;

/**
 * What convolution.cu multiplies, in its {@code Problem}'s words: rows are output pixels, k runs over taps and channels.
 * Immutable.
 *
 * @param height of the map as the kernel sees it, enlarged by the zoom
 * @param zoom binary logarithm of how many equal pixels one becomes in both directions
 * @param channels summed over, a multiple of 8
 * @param pitch elements from a pixel to the next
 * @param before rows and columns of zeros above and to the left
 * @param weightRows rows of weights that there are
 * @param weightPitch elements from one to the next
 * @param outputs columns of the result, a multiple of 8
 * @param imageOfMap elements from an image's map to the next; 0 if all have the same
 * @param imageOfWeights the same of the weights
 */
record Product(
        int height,
        int width,
        int zoom,
        int channels,
        int pitch,
        int side,
        int stride,
        int before,
        int outHeight,
        int outWidth,
        int weightRows,
        int weightPitch,
        int outputs,
        long imageOfMap,
        long imageOfWeights) {

    /** The kernel keeps rows and columns in 16 bits. */
    private static final int LONGEST_SIDE = 65_533;

    Product {
        if (height > LONGEST_SIDE || width > LONGEST_SIDE) {
            throw new InvalidInputException("a map of " + width + " × " + height
                    + " cells is too large for this tokenizer: neither its sides nor, where there is attention, its cells may "
                    + "be more than " + LONGEST_SIDE);
        }
    }

    /** {@code [rows, k] · [weightRows, k]ᵀ} for each image; the columns of the result behind weightRows are zero. */
    static Product ofMatrices(
            int rows, int pitch, int k, int weightRows, int weightPitch, long mapImage, long weightImage) {
        return new Product(
                1,
                rows,
                0,
                k,
                pitch,
                1,
                1,
                0,
                1,
                rows,
                weightRows,
                weightPitch,
                MapShape.padded(weightRows),
                mapImage,
                weightImage);
    }

    /** Rows of the result of an image. */
    int positions() {
        return Math.multiplyExact(outHeight, outWidth);
    }

    int depth() {
        return side * side * channels;
    }

    KernelLaunch put(KernelLaunch launch, int splits) {
        return launch.integer(height)
                .integer(width)
                .integer(zoom)
                .integer(channels)
                .integer(pitch)
                .integer(side)
                .integer(stride)
                .integer(before)
                .integer(outWidth)
                .integer(positions())
                .integer(weightRows)
                .integer(weightPitch)
                .integer(outputs)
                .integer(splits)
                .integer((int) (((1L << Integer.SIZE) + channels - 1) / channels))
                .number64(imageOfMap)
                .number64(imageOfWeights);
    }
}
