package org.nextscale.backend.onnx.internal.graph;

import java.util.List;

/**
 * A float output of a graph.
 *
 * @param dimensions a {@link Number} for a fixed size, a {@link String} that names one known at each run
 */
public record GraphOutput(String name, List<Object> dimensions) {

    public GraphOutput {
        dimensions = List.copyOf(dimensions);
    }
}
