package org.nextscale.api.training;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** One step of a run that is done. Immutable. */
public final class TrainingProgress {
    /** The first of the {@link #values}. */
    public static final String LOSS = "loss";

    private final long step;
    private final long steps;
    private final Map<String, Double> values;
    private final double secondsPerStep;

    private TrainingProgress(long step, long steps, Map<String, Double> values, double secondsPerStep) {
        this.step = step;
        this.steps = steps;
        this.values = Collections.unmodifiableMap(values);
        this.secondsPerStep = secondsPerStep;
    }

    /**
     * A step that is done.
     *
     * @param step steps done, from 1
     * @param steps steps of the whole run
     * @param loss of the step
     * @param secondsPerStep recent average
     */
    public static TrainingProgress of(long step, long steps, double loss, double secondsPerStep) {
        return new TrainingProgress(step, steps, Map.of(LOSS, loss), secondsPerStep);
    }

    /** The same with something else that was measured: {@code learning-rate}, for instance. */
    public TrainingProgress with(String name, double value) {
        Map<String, Double> more = new LinkedHashMap<>(values);
        more.put(name, value);
        return new TrainingProgress(step, steps, more, secondsPerStep);
    }

    /** Steps done, from 1. */
    public long step() {
        return step;
    }

    /** Steps of the whole run. */
    public long steps() {
        return steps;
    }

    /** What was measured, by name: {@value #LOSS}, then the others in the order they were added. */
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
