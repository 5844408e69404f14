package org.nextscale.api.model;

/**
 * One step from coarse to fine: scale {@code index} of {@code count}, a square map of {@code side × side} tokens.
 *
 * @param index 0 for the coarsest
 * @param count number of scales in the pyramid
 * @param side tokens along an edge of the map
 */
public record Scale(int index, int count, int side) {

    /** Tokens of the map, {@code side²}. */
    public int tokens() {
        return side * side;
    }

    /** Position between the coarsest (0) and the finest (1) scale, {@code index / (count - 1)}; 0 for a single scale. */
    public double ratio() {
        return count == 1 ? 0 : (double) index / (count - 1);
    }

    public boolean last() {
        return index == count - 1;
    }
}
