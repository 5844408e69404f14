package org.nextscale.api.verify;

import java.util.Locale;
import java.util.Objects;

/** One tensor compared with the reference. Immutable. */
public final class TensorCheck {
    private final String name;
    private final long elements;
    private final double maxError;
    private final double relativeError;
    private final double tolerance;
    private final Measure measure;
    private final boolean holds;

    /** What a tolerance is for. */
    public enum Measure {
        /** {@link TensorCheck#maxError}. */
        LARGEST,
        /** {@link TensorCheck#relativeError}. */
        RELATIVE
    }

    private TensorCheck(
            String name,
            long elements,
            double maxError,
            double relativeError,
            double tolerance,
            Measure measure,
            boolean holds) {
        this.name = Objects.requireNonNull(name);
        this.elements = elements;
        this.maxError = maxError;
        this.relativeError = relativeError;
        this.tolerance = tolerance;
        this.measure = Objects.requireNonNull(measure);
        this.holds = holds;
    }

    /**
     * What came of a comparison.
     *
     * @param name of the recorded tensor
     * @param elements how many values were compared
     * @param maxError largest absolute difference; for tokens the number of tokens that differ; infinite if there was nothing to
     *     compare with
     * @param relativeError L2 norm of the difference over the norm of what is expected; for tokens the share that differs
     * @param tolerance largest value allowed of what {@code measure} says; 0 for tokens
     * @param measure which of the two errors the tolerance is for
     * @param holds whether it is within the tolerance
     */
    public static TensorCheck of(
            String name,
            long elements,
            double maxError,
            double relativeError,
            double tolerance,
            Measure measure,
            boolean holds) {
        return new TensorCheck(name, elements, maxError, relativeError, tolerance, measure, holds);
    }

    /** Of the recorded tensor. */
    public String name() {
        return name;
    }

    /** How many values were compared. */
    public long elements() {
        return elements;
    }

    /** Largest absolute difference; for tokens the number of tokens that differ; infinite if there was nothing to compare with. */
    public double maxError() {
        return maxError;
    }

    /** L2 norm of the difference over the norm of what is expected; for tokens the share that differs. */
    public double relativeError() {
        return relativeError;
    }

    /** Largest value allowed of what {@link #measure} says; 0 for tokens. */
    public double tolerance() {
        return tolerance;
    }

    /** Which of the two errors the tolerance is for. */
    public Measure measure() {
        return measure;
    }

    /** Whether it is within the tolerance. */
    public boolean holds() {
        return holds;
    }

    /** {@code "f_hat.3: max error 1.2e-05, relative 3.4e-06, tolerance 1.0e-04: ok"}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s: max error %.1e, relative %.1e, tolerance %.1e%s: %s",
                name,
                maxError,
                relativeError,
                tolerance,
                measure == Measure.RELATIVE ? " (relative)" : "",
                holds ? "ok" : "FAILED");
    }
}
