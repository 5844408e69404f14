package org.nextscale.training.internal.data;

/**
 * How small images of a fixed size come to the size a model takes: a little black around them, which keeps every pixel as
 * it was (28 to 32), or resized when that would leave too much of it.
 *
 * @param side pixels along an edge of the result
 * @param padded whether black is put around; resized otherwise
 */
record Fit(int side, boolean padded) {
    /** Up to half as much again is filled with black. */
    private static final double MOST_PADDING = 1.5;

    static Fit of(int edge, int side) {
        return new Fit(side, edge <= side && side <= MOST_PADDING * edge);
    }
}
