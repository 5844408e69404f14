package org.nextscale.engine.verify;

/**
 * One tensor compared with the reference.
 *
 * @param name as in {@code expected.safetensors}
 * @param elements how many values were compared
 * @param maxError largest absolute difference; for tokens the number of tokens that differ
 * @param relativeError L2 norm of the difference over the norm of what is expected; for tokens the share that differs
 * @param tolerance largest absolute difference allowed; 0 for tokens
 * @param holds whether it is within the tolerance
 */
public record TensorCheck(
        String name, long elements, double maxError, double relativeError, double tolerance, boolean holds) {}
