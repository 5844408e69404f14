package org.nextscale.backend.onnx.internal.graph;

import java.util.List;
import java.util.Map;

/**
 * A float input that a graph declares.
 *
 * @param dimensions a {@link Number} for a fixed size, a {@link String} that names one known at each run
 */
public record GraphInput(String name, List<Object> dimensions) {

    public GraphInput {
        dimensions = List.copyOf(dimensions);
    }

    /** Its shape, with a size for every named dimension; 1 where none is given. */
    public long[] shape(Map<String, Integer> sizes) {
        return dimensions.stream()
                .mapToLong(
                        each -> each instanceof Number size ? size.longValue() : sizes.getOrDefault((String) each, 1))
                .toArray();
    }
}
