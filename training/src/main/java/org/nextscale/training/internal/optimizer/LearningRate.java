package org.nextscale.training.internal.optimizer;

/**
 * The learning rate of every step, as the public VAR code sets it: linear warm-up, then down to a share of the peak.
 *
 * @param shape how it falls
 * @param peak the rate after the warm-up
 * @param warmUpSteps steps of the linear warm-up
 * @param steps steps of the whole run
 * @param start share of the peak at step 0
 * @param end share of the peak at the last step ({@code wpe})
 */
public record LearningRate(Shape shape, double peak, long warmUpSteps, long steps, double start, double end) {
    /** Share of the peak at step 0 in the published recipe. */
    public static final double START = 0.005;

    /** How the rate falls. */
    @FunctionalInterface
    public interface Shape {
        /** Flat for a twentieth, then a straight line. */
        Shape LIN0 = (passed, end) -> passed < 0.05 ? 1 : end + (1 - end) * (1 - passed) / 0.95;

        /** Half a cosine. */
        Shape COSINE = (passed, end) -> end + (1 - end) * (0.5 + 0.5 * Math.cos(Math.PI * passed));

        /**
         * Two straight lines, which the public code calls {@code lin0.8} for a share of 0.8: half as steep as a single one until
         * that share has passed, then steeper.
         *
         * @param share in (0, 1]
         */
        static Shape bent(double share) {
            return (passed, end) -> {
                double middle = (1 + end + (1 - end) * (1 - share)) / 2;
                return passed <= share
                        ? 1 + (middle - 1) * passed / share
                        : end + (middle - end) * (1 - passed) / (1 - share);
            };
        }

        /** By the name that settings have for it. */
        static Shape of(String name) {
            return name.equals("lin0") ? LIN0 : COSINE;
        }

        /**
         * The rate as a share of the peak.
         *
         * @param passed share of the steps behind the warm-up, 0..1
         * @param end what is left in the end
         */
        double at(double passed, double end);
    }

    /** The rate of a step, from 0. */
    public double at(long step) {
        if (step < warmUpSteps) {
            return peak * (start + (1 - start) * step / warmUpSteps);
        }
        double passed = steps - 1 > warmUpSteps ? (double) (step - warmUpSteps) / (steps - 1 - warmUpSteps) : 0;
        return peak * shape.at(passed, end);
    }
}
