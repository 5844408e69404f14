package org.nextscale.backend.onnx.internal.graph;

import java.util.List;

/**
 * A weight that a graph declares and does not contain: whoever makes a session hands its bytes over.
 *
 * @param name its name in the graph
 * @param shape sizes from the slowest to the fastest dimension
 */
public record WeightShape(String name, GraphType type, List<Long> shape) {

    public WeightShape {
        shape = List.copyOf(shape);
    }

    public long elements() {
        return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
    }

    public long bytes() {
        return Math.multiplyExact(elements(), type.bytes());
    }
}
