package org.nextscale.benchmarks.quality;

import java.util.List;

/**
 * Grey images of {@link #SIDE} × {@link #SIDE} pixels, the form in which the classifier sees all images.
 *
 * @param levels {@code [images, SIDE, SIDE]}, a byte a pixel
 * @param labels the class of each
 */
record GreyImages(byte[] levels, int[] labels) {
    static final int SIDE = 32;
    static final int PIXELS = SIDE * SIDE;

    GreyImages {
        if (levels.length != (long) labels.length * PIXELS) {
            throw new IllegalArgumentException(levels.length + " levels are not [" + labels.length + ", 32, 32]");
        }
    }

    int count() {
        return labels.length;
    }

    /** Those of these indices. */
    GreyImages pick(List<Integer> indices) {
        byte[] picked = new byte[indices.size() * PIXELS];
        int[] classes = new int[indices.size()];
        for (int i = 0; i < classes.length; i++) {
            System.arraycopy(levels, indices.get(i) * PIXELS, picked, i * PIXELS, PIXELS);
            classes[i] = labels[indices.get(i)];
        }
        return new GreyImages(picked, classes);
    }

    /** The mean of an image's three colours, {@code [SIDE, SIDE]} of {@code [SIDE, SIDE, 3]}. */
    static byte[] grey(byte[] rgb) {
        byte[] grey = new byte[rgb.length / 3];
        for (int i = 0; i < grey.length; i++) {
            int sum = (rgb[3 * i] & 0xff) + (rgb[3 * i + 1] & 0xff) + (rgb[3 * i + 2] & 0xff);
            grey[i] = (byte) ((sum + 1) / 3);
        }
        return grey;
    }
}
