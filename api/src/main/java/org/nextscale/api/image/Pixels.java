package org.nextscale.api.image;

import java.util.Arrays;

/**
 * RGB images of a batch as the networks see them, {@code [batch, 3, height, width]} in [-1, 1], float32. The array is
 * shared, not copied.
 *
 * @param values row-major, {@code batch · 3 · height · width} elements
 */
public record Pixels(int batch, int height, int width, float[] values) {
    public static final int CHANNELS = 3;

    public Pixels {
        if (values.length != (long) batch * CHANNELS * height * width) {
            throw new IllegalArgumentException(
                    values.length + " values are not [" + batch + ", 3, " + height + ", " + width + "]");
        }
    }

    /** One image of the batch, as a copy. */
    public Pixels image(int index) {
        int size = CHANNELS * height * width;
        return new Pixels(1, height, width, Arrays.copyOfRange(values, index * size, (index + 1) * size));
    }
}
