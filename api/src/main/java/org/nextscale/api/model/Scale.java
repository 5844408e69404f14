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

    /**
     * Which of {@code count} Phi convolutions, shared by all scales, serves this one (VAR, section 3.2): the one whose tick
     * is nearest to {@link #ratio}. The ticks are numpy's {@code linspace(1/3/K, 1 − 1/3/K, K)} for K = 4 and
     * {@code linspace(1/2/K, 1 − 1/2/K, K)} otherwise, computed in double in the same order, since two scales of ten lie at
     * a tie that only rounding decides.
     */
    public int phi(int count) {
        double margin = 1.0 / (count == 4 ? 3 : 2) / count;
        double end = 1 - margin;
        double step = count == 1 ? 0 : (end - margin) / (count - 1);
        int best = 0;
        double bestDistance = Double.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            double tick = i == count - 1 && count > 1 ? end : i * step + margin;
            double distance = Math.abs(tick - ratio());
            if (distance < bestDistance) {
                best = i;
                bestDistance = distance;
            }
        }
        return best;
    }

    public boolean last() {
        return index == count - 1;
    }
}
