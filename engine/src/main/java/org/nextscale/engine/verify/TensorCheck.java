package org.nextscale.engine.verify;

/**
 * One tensor compared with the reference.
 *
 * @param name as in {@code expected.safetensors} or {@code training.safetensors}
 * @param elements how many values were compared
 * @param maxError largest absolute difference; for tokens the number of tokens that differ; infinite if there was nothing to
 *     compare with
 * @param relativeError L2 norm of the difference over the norm of what is expected; for tokens the share that differs
 * @param tolerance largest value allowed of what {@code measure} says; 0 for tokens
 * @param measure which of the two errors the tolerance is for
 * @param holds whether it is within the tolerance
 */
public record TensorCheck(
        String name,
        long elements,
        double maxError,
        double relativeError,
        double tolerance,
        Measure measure,
        boolean holds) {

    /** What a tolerance is for. */
    public enum Measure {
        /** {@link TensorCheck#maxError}. */
        LARGEST,
        /** {@link TensorCheck#relativeError}. */
        RELATIVE
    }
}
