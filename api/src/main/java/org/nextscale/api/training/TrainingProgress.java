package org.nextscale.api.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One step of a run that is done. Immutable. */
public final class TrainingProgress {
    private final long step;
    private final long steps;
    private final Map<String, Double> values;
    private final double secondsPerStep;

    private TrainingProgress(long step, long steps, Map<String, Double> values, double secondsPerStep) {
        this.step = step;
        this.steps = steps;
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        this.secondsPerStep = secondsPerStep;
    }

    /**
     * A step that is done.
     *
     * @param step steps done, from 1
     * @param steps steps of the whole run
     * @param values what was measured, by name, the loss first: {@code loss}, {@code learning-rate} …
     * @param secondsPerStep recent average
     */
    public static TrainingProgress of(long step, long steps, Map<String, Double> values, double secondsPerStep) {
        return new TrainingProgress(step, steps, values, secondsPerStep);
    }

    /** Steps done, from 1. */
    public long step() {
        return step;
    }

    /** Steps of the whole run. */
    public long steps() {
        return steps;
    }

    /** What was measured, by name, the loss first. */
    public Map<String, Double> values() {
        return values;
    }

    /** Recent average. */
    public double secondsPerStep() {
        return secondsPerStep;
    }

    /** Time to the end of the run at the recent pace. */
    public double secondsLeft() {
        return (steps - step) * secondsPerStep;
    }
}
