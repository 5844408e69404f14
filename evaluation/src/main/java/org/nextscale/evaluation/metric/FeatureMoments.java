package org.nextscale.evaluation.metric;

import org.nextscale.api.InvalidInputException;
import org.nextscale.evaluation.internal.PivotedCholesky;

/**
 * Mean and covariance of features: all of a set of images that a Fréchet distance knows. The arrays are shared, not copied.
 *
 * @param mean {@code [features]}
 * @param covariance {@code [features, features]}, row-major, divided by images − 1 as {@code np.cov} does
 */
public record FeatureMoments(double[] mean, double[] covariance) {
    /** Of float32 features, and with room for a sum's rounding. */
    private static final double LARGEST_MEAN = 2.0 * Float.MAX_VALUE;

    private static final double LARGEST_COVARIANCE = LARGEST_MEAN * LARGEST_MEAN;

    /** What float32 may leave of a covariance's symmetry and of its least eigenvalues, against its largest value. */
    private static final double ROUNDING = 1e-4;

    /** @throws InvalidInputException if no features have such values, or the covariance is not of the mean's width */
    public FeatureMoments {
        if (covariance.length != (long) mean.length * mean.length) {
            throw new InvalidInputException(
                    covariance.length + " values are no covariance of " + mean.length + " features");
        }
        requirePossible("mean", mean, LARGEST_MEAN);
        requirePossible("covariance", covariance, LARGEST_COVARIANCE);
    }

    private static void requirePossible(String what, double[] values, double most) {
        for (double value : values) {
            if (!(Math.abs(value) <= most)) {
                throw new InvalidInputException("the " + what + " holds " + value + ", which features cannot have");
            }
        }
    }

    /**
     * Moments that something else has computed, perhaps in float32.
     *
     * @param covariance made exactly symmetric where it lies
     * @throws InvalidInputException if it is no covariance, beyond rounding: not symmetric or not positive semidefinite; and
     *     as the constructor
     */
    public static FeatureMoments computedElsewhere(double[] mean, double[] covariance) {
        FeatureMoments moments = new FeatureMoments(mean, covariance);
        double largest = 0;
        for (double value : covariance) {
            largest = Math.max(largest, Math.abs(value));
        }
        moments.makeSymmetric(ROUNDING * largest);
        moments.requireSemidefinite(ROUNDING * largest);
        return moments;
    }

    private void makeSymmetric(double rounding) {
        int width = mean.length;
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < i; j++) {
                double below = covariance[i * width + j];
                double above = covariance[j * width + i];
                if (Math.abs(below - above) > rounding) {
                    throw new InvalidInputException("the covariance is none, for it is not symmetric: its value [" + i
                            + ", " + j + "] is " + below + ", [" + j + ", " + i + "] is " + above);
                }
                covariance[i * width + j] = (below + above) / 2;
                covariance[j * width + i] = (below + above) / 2;
            }
        }
    }

    /** With the rounding added to its diagonal a covariance is positive definite, and its factor has full rank. */
    private void requireSemidefinite(double rounding) {
        int width = mean.length;
        double[] raised = covariance.clone();
        for (int i = 0; i < width; i++) {
            raised[i * width + i] += rounding;
        }
        if (rounding > 0 && new PivotedCholesky(raised, width).rank() < width) {
            throw new InvalidInputException("the covariance is none, for it is not positive semidefinite");
        }
    }

    public int features() {
        return mean.length;
    }

    /** Sum of the variances. */
    double trace() {
        double sum = 0;
        for (int i = 0; i < mean.length; i++) {
            sum += covariance[i * mean.length + i];
        }
        return sum;
    }
}
