package org.nextscale.api.model;

import java.util.List;

/**
 * Name, type and shape of one stored tensor.
 *
 * @param shape sizes from the slowest to the fastest dimension; empty for a scalar
 */
public record WeightInfo(String name, DataType type, List<Long> shape) {

    public WeightInfo {
        shape = List.copyOf(shape);
    }

    /** Number of elements; an {@link ArithmeticException} where that does not fit a long. */
    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    /** Bytes the elements take when stored contiguously. */
    public long bytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }
}
