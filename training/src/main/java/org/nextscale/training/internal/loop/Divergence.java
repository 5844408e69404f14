package org.nextscale.training.internal.loop;

import java.util.Map;
import java.util.Optional;

/** Tells when a run is lost: a value that is no number, or a loss far above what it was. Not thread-safe. */
final class Divergence {
    /** A quantizer that sets in, or a discriminator, makes a loss some ten times as large, never this often. */
    private static final double TOO_MUCH = 100;

    private static final double SMOOTHING = 0.9;

    private double smoothed = Double.NaN;
    private double lowest = Double.POSITIVE_INFINITY;

    /** What is wrong after a step, if anything is. */
    Optional<String> check(long step, Map<String, Double> values) {
        for (Map.Entry<String, Double> each : values.entrySet()) {
            if (!Double.isFinite(each.getValue())) {
                return Optional.of("step " + (step + 1) + ": " + each.getKey() + " is " + each.getValue()
                        + "; try a smaller learning-rate or clip");
            }
        }
        double loss = values.get("loss");
        smoothed = Double.isNaN(smoothed) ? loss : SMOOTHING * smoothed + (1 - SMOOTHING) * loss;
        lowest = Math.min(lowest, smoothed);
        if (lowest > 0 && smoothed > TOO_MUCH * lowest) {
            return Optional.of("step " + (step + 1) + ": the loss diverges, it is " + smoothed + " and was " + lowest
                    + "; try a smaller learning-rate or clip");
        }
        return Optional.empty();
    }
}
