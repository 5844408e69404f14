package org.nextscale.evaluation.metric;

import org.nextscale.api.InvalidInputException;

/**
 * Mean and covariance of features: all of a set of images that a Fréchet distance knows. The arrays are shared, not copied.
 *
 * @param mean {@code [features]}
 * @param covariance {@code [features, features]}, row-major, divided by images − 1 as {@code np.cov} does
 */
public record FeatureMoments(double[] mean, double[] covariance) {

    /** @throws InvalidInputException if a value is not finite, or the covariance is not of the mean's width */
    public FeatureMoments {
        if (covariance.length != (long) mean.length * mean.length) {
            throw new InvalidInputException(
                    covariance.length + " values are no covariance of " + mean.length + " features");
        }
        requireFinite(mean);
        requireFinite(covariance);
    }

    private static void requireFinite(double[] values) {
        for (double value : values) {
            if (!Double.isFinite(value)) {
                throw new InvalidInputException("mean and covariance of features hold a value that is not finite");
            }
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
