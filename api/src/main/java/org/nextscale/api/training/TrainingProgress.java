package org.nextscale.api.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One step of a run that is done.
 *
 * @param step steps done, from 1
 * @param steps steps of the whole run
 * @param values what was measured, by name, the loss first: {@code loss}, {@code learning-rate} …
 * @param secondsPerStep recent average
 */
public record TrainingProgress(long step, long steps, Map<String, Double> values, double secondsPerStep) {
    public TrainingProgress {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Time to the end of the run at the recent pace. */
    public double secondsLeft() {
        return (steps - step) * secondsPerStep;
    }
}
