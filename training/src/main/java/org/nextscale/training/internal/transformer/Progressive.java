package org.nextscale.training.internal.transformer;

/**
 * Which scales take part in a step of a progressive run, as in the public code: a few coarse ones at first, one more at a time
 * until {@code share} of the run is over; the newest one's loss counts little at first.
 *
 * @param share of the run in which scales join; 0 for all scales in every step
 * @param startScales scales it begins with
 * @param scales of the pyramid
 * @param warmUpSteps steps of the learning rate's warm-up, in which none joins
 * @param steps of the run
 * @param growSteps steps in which a new scale's weight rises from 0.01 to 1
 */
record Progressive(double share, int startScales, int scales, long warmUpSteps, long steps, long growSteps) {

    /**
     * @param scales how many take part
     * @param newestWeight weight of the finest one's loss
     */
    record Stage(int scales, double newestWeight) {}

    Stage at(long step) {
        int now = scalesAt(step);
        if (now == scales || now == Math.min(startScales, scales)) {
            return new Stage(now, 1);
        }
        long joined = step;
        while (joined > 0 && scalesAt(joined - 1) == now) {
            joined--;
        }
        return new Stage(now, Math.max(Math.min((step - joined + 1.0) / Math.max(1, growSteps), 1), 0.01));
    }

    private int scalesAt(long step) {
        int first = Math.min(startScales, scales);
        if (share == 0 || step >= steps * share) {
            return scales;
        }
        if (step <= warmUpSteps) {
            return first;
        }
        double progress = Math.min((step - warmUpSteps) / (steps * share - warmUpSteps), 1);
        return first + (int) Math.rint(progress * (scales - first));
    }
}
