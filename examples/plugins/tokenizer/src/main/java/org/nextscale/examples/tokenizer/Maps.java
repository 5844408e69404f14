package org.nextscale.examples.tokenizer;

/**
 * Square feature maps of a batch in full size, {@code [batch, channels, side, side]}, and their way to and from the small maps
 * of a scale. Those are lists of vectors, {@code [batch, cells, channels]}, as tokens are.
 *
 * @param values which {@link #addEnlarged} changes
 */
record Maps(int channels, int side, float[] values) {
    /** Every cell of a small map becomes the average of the area that it covers. */
    float[] reduced(int small) {
        float[] reduced = new float[images() * small * small * channels];
        for (int i = 0; i < reduced.length; i++) {
            int channel = i % channels;
            int x = i / channels % small;
            int y = i / channels / small % small;
            int image = i / channels / small / small;
            reduced[i] = average(
                    (image * channels + channel) * side * side,
                    y * side / small,
                    endOfCell(y, small),
                    x * side / small,
                    endOfCell(x, small));
        }
        return reduced;
    }

    /** Areas of neighbours overlap where the sides are no multiples of each other. */
    private int endOfCell(int cell, int small) {
        return ((cell + 1) * side + small - 1) / small;
    }

    private float average(int plane, int top, int bottom, int left, int right) {
        float sum = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = left; x < right; x++) {
                sum += values[plane + y * side + x];
            }
        }
        return sum / ((bottom - top) * (right - left));
    }

    /**
     * Adds a small map, every cell repeated over the area that it covers.
     *
     * @param codes {@code [batch, small · small, channels]}
     * @param factor 1 to add, −1 to subtract
     */
    void addEnlarged(float[] codes, int small, int factor) {
        for (int i = 0; i < values.length; i++) {
            int x = i % side * small / side;
            int y = i / side % side * small / side;
            int channel = i / side / side % channels;
            int image = i / side / side / channels;
            values[i] += factor * codes[((image * small + y) * small + x) * channels + channel];
        }
    }

    private int images() {
        return values.length / (channels * side * side);
    }
}
