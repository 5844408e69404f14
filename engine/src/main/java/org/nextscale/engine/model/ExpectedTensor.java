package org.nextscale.engine.model;

import java.util.ArrayList;
import java.util.List;

/** A tensor that an architecture needs: its name in the state dict and its shape. */
public record ExpectedTensor(String name, List<Long> shape) {

    public ExpectedTensor {
        shape = List.copyOf(shape);
    }

    static ExpectedTensor of(String name, long... shape) {
        List<Long> sizes = new ArrayList<>(shape.length);
        for (long size : shape) {
            sizes.add(size);
        }
        return new ExpectedTensor(name, sizes);
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
