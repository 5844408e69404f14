package org.nextscale.training.internal.transformer;

import java.util.Arrays;
import org.nextscale.api.model.ScalePyramid;

/**
 * Which scales take part in a step of a progressive run, and what the loss of each token counts, as in the public code: a few
 * coarse scales at first, one more at a time until {@code share} of the run is over; the newest one counts little at first.
 *
 * @param share of the run in which scales join ({@code pg}); 0 for all scales in every step
 * @param startScales scales it begins with ({@code pg0} + 1)
 * @param scales of the pyramid
 * @param warmUpSteps steps of the learning rate's warm-up, in which none joins
 * @param steps of the run
 */
record Progressive(double share, int startScales, int scales, double warmUpSteps, long steps) {
    /** Steps in which a new scale's weight rises to 1: one in so many of the run ({@code pgwp}). */
    private static final double STAGES_GROWTH = 300;

    private static final double LEAST_WEIGHT = 0.01;

    /**
     * @param scales how many take part
     * @param newestWeight weight of the finest one's loss
     */
    record Stage(int scales, double newestWeight) {

        /**
         * What the loss of every token counts, {@code [tokens of these scales]}. One token's share is that of all scales,
         * whether they take part or not: the coarse ones pull no harder while they are alone.
         */
        float[] tokenWeights(ScalePyramid pyramid) {
            int newest = pyramid.begin(scales - 1);
            float[] weights = new float[pyramid.begin(scales)];
            Arrays.fill(weights, 0, newest, 1f / pyramid.totalTokens());
            Arrays.fill(weights, newest, weights.length, (float) (newestWeight / pyramid.totalTokens()));
            return weights;
        }
    }

    Stage at(long step) {
        int now = scalesAt(step);
        if (now == scales || now == first()) {
            return new Stage(now, 1);
        }
        long joined = step;
        while (joined > 0 && scalesAt(joined - 1) == now) {
            joined--;
        }
        double grown = (step - joined + 1) / (steps / STAGES_GROWTH);
        return new Stage(now, Math.max(Math.min(grown, 1), LEAST_WEIGHT));
    }

    private int first() {
        return Math.min(startScales, scales);
    }

    private int scalesAt(long step) {
        if (share == 0) {
            return scales;
        }
        if (step <= warmUpSteps) {
            return first();
        }
        if (step >= steps * share) {
            return scales;
        }
        double progress = Math.min((step - warmUpSteps) / (steps * share - warmUpSteps), 1);
        return first() + (int) Math.rint(progress * (scales - first()));
    }
}
