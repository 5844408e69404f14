package org.nextscale.training.internal.run;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * A tensor to be kept in a checkpoint, float32.
 *
 * @param shape sizes from the slowest to the fastest dimension; empty for a scalar
 * @param values its elements in row-major order, from the buffer's position to its limit; asked for once, when it is
 *     written, so that only one tensor needs to be outside the device at a time
 */
public record NamedTensor(String name, List<Long> shape, Supplier<FloatBuffer> values) {
    public NamedTensor {
        shape = List.copyOf(shape);
    }

    /** One whose values are at hand; they must not change before they are written. */
    public static NamedTensor of(String name, List<Long> shape, FloatBuffer values) {
        return new NamedTensor(name, shape, () -> values);
    }

    /** Number of elements. */
    public long elements() {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }
}
