package org.nextscale.examples.backend;

import java.util.Arrays;

/**
 * A feature map of one image.
 *
 * @param values {@code [channels, height, width]}
 */
record Planes(int channels, int height, int width, float[] values) {
    static Planes empty(int channels, int height, int width) {
        return new Planes(channels, height, width, new float[Math.multiplyExact(channels, height * width)]);
    }

    /** Where a row begins. */
    int row(int channel, int y) {
        return (channel * height + y) * width;
    }

    /** Cells of a plane. */
    int cells() {
        return height * width;
    }

    /** With zeros all around. */
    Planes padded(int margin) {
        Planes padded = empty(channels, height + 2 * margin, width + 2 * margin);
        for (int c = 0; c < channels; c++) {
            for (int y = 0; y < height; y++) {
                System.arraycopy(values, row(c, y), padded.values, padded.row(c, y + margin) + margin, width);
            }
        }
        return padded;
    }

    /** Every cell becomes four. */
    Planes doubled() {
        Planes doubled = empty(channels, 2 * height, 2 * width);
        for (int i = 0; i < doubled.values.length; i++) {
            int x = i % doubled.width;
            int y = i / doubled.width % doubled.height;
            doubled.values[i] = values[row(i / doubled.cells(), y / 2) + x / 2];
        }
        return doubled;
    }

    /** Every other cell of every other row, beginning with the second. */
    Planes halved() {
        Planes halved = empty(channels, height / 2, width / 2);
        for (int i = 0; i < halved.values.length; i++) {
            int x = i % halved.width;
            int y = i / halved.width % halved.height;
            halved.values[i] = values[row(i / halved.cells(), 2 * y + 1) + 2 * x + 1];
        }
        return halved;
    }

    Planes plus(Planes other) {
        float[] sum = values.clone();
        Arithmetic.addScaled(sum, 0, 1, other.values, 0, sum.length);
        return new Planes(channels, height, width, sum);
    }

    /** Some of the channels, as a copy. */
    Planes part(int first, int count) {
        return new Planes(count, height, width, Arrays.copyOfRange(values, first * cells(), (first + count) * cells()));
    }
}
