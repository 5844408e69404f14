package org.nextscale.backend.cuda.internal.tokenizer;

/**
 * Of a map {@code [images, height, width, channels]}. Immutable.
 *
 * @param channels a multiple of 8; those behind the last one are zero
 */
record MapShape(int images, int height, int width, int channels) {
    /** Channels come in vectors of 16 bytes, of bf16 eight. */
    static final int VECTOR = 8;

    MapShape {
        if (channels % VECTOR != 0) {
            throw new IllegalArgumentException(channels + " channels are not a multiple of " + VECTOR);
        }
    }

    /** The least multiple of {@link #VECTOR} that is not smaller. */
    static int padded(int channels) {
        return (channels + VECTOR - 1) / VECTOR * VECTOR;
    }

    /** Pixels of an image. */
    int positions() {
        return Math.multiplyExact(height, width);
    }

    long elements() {
        return (long) images * positions() * channels;
    }

    MapShape withChannels(int other) {
        return new MapShape(images, height, width, other);
    }

    MapShape withSize(int otherHeight, int otherWidth) {
        return new MapShape(images, otherHeight, otherWidth, channels);
    }
}
