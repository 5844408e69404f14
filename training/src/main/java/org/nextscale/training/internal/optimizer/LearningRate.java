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

    /** Share of the way down that {@code lin0} stays at its peak. */
    private static final double FLAT = 0.05;

    /** How the rate falls. */
    public enum Shape {
        /** Flat for a twentieth, then a straight line. */
        LIN0,
        /** Half a cosine. */
        COSINE;

        public static Shape of(String name) {
            return name.equals("lin0") ? LIN0 : COSINE;
        }
    }

    /** The rate of a step, from 0. */
    public double at(long step) {
        if (step < warmUpSteps) {
            return peak * (start + (1 - start) * step / warmUpSteps);
        }
        double passed = steps - 1 > warmUpSteps ? (double) (step - warmUpSteps) / (steps - 1 - warmUpSteps) : 0;
        if (shape == Shape.COSINE) {
            return peak * (end + (1 - end) * (0.5 + 0.5 * Math.cos(Math.PI * passed)));
        }
        return passed < FLAT ? peak : peak * (end + (1 - end) * (1 - passed) / (1 - FLAT));
    }
}
