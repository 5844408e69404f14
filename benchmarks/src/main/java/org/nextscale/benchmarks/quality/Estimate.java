package org.nextscale.benchmarks.quality;

/**
 * A mean over images.
 *
 * @param error its standard error
 */
record Estimate(double value, double error) {

    /** A share and its binomial error. */
    static Estimate share(int count, int of) {
        double share = (double) count / of;
        return new Estimate(share, Math.sqrt(share * (1 - share) / of));
    }
}
