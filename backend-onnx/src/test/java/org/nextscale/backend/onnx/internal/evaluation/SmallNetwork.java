package org.nextscale.backend.onnx.internal.evaluation;

import java.util.List;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;

/** The smallest network from images to features: the mean of each colour, as an ONNX file. */
public final class SmallNetwork {
    private SmallNetwork() {}

    /** @param dimensions of the input, numbers or names */
    public static byte[] of(String input, Object... dimensions) {
        GraphBuilder graph = new GraphBuilder("tiny");
        Value pooled = graph.node("GlobalAveragePool", graph.input(input, dimensions));
        graph.output(graph.named("features", "Flatten", List.of(), pooled), dimensions[0], dimensions[1]);
        return graph.build();
    }
}
