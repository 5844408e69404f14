package org.nextscale.engine.model;

import java.util.Arrays;
import java.util.List;

/** A tensor that an architecture needs: its name in the state dict and its shape. */
public record ExpectedTensor(String name, List<Long> shape) {

    public ExpectedTensor {
        shape = List.copyOf(shape);
    }

    static ExpectedTensor of(String name, long... shape) {
        return new ExpectedTensor(name, Arrays.stream(shape).boxed().toList());
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }
}
