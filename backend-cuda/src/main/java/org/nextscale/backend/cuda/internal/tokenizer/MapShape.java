package org.nextscale.backend.cuda.internal.tokenizer;

/**
 * Of a map {@code [images, height, width, channels]}. Immutable.
 *
 * @param channels a multiple of 8; those behind the last one are zero
 */
record MapShape(int images, int height, int width, int channels) {
    /** Channels come in pieces of 16 bytes, of bf16 eight. */
    static final int PIECE = 8;

    MapShape {
        if (channels % PIECE != 0) {
            throw new IllegalArgumentException(channels + " channels are not whole pieces of " + PIECE);
        }
    }

    /** The least multiple of {@link #PIECE} that is not smaller. */
    static int padded(int channels) {
        return (channels + PIECE - 1) / PIECE * PIECE;
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
