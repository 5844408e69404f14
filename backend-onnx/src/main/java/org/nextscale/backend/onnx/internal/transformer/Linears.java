package org.nextscale.backend.onnx.internal.transformer;

import java.util.List;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.ElementType;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/** Linear layers {@code y = x·Wᵀ + b}, with W as stored, {@code [out, in]}. */
class Linears {
    private final GraphBuilder graph;
    private final WeightSet weights;

    Linears(GraphBuilder graph, WeightSet weights) {
        this.graph = graph;
        this.weights = weights;
    }

    final GraphBuilder graph() {
        return graph;
    }

    final WeightSet weights() {
        return weights;
    }

    /** A layer stored as {@code name.weight} and {@code name.bias}; {@code x} is {@code [rows, in]}. */
    Value apply(Value x, String name, int out, int in) {
        return apply(x, name + ".weight", weights.stored(graph, name + ".bias", out), out, in);
    }

    /** A layer with a bias of its own making. */
    Value apply(Value x, String weight, Value bias, int out, int in) {
        return graph.node(
                "Gemm", List.of(Attribute.integer("transB", 1)), x, weights.stored(graph, weight, out, in), bias);
    }

    /** Puts together what the model stores in pieces. */
    final Value vector(String name, int length, WeightSet.Fill fill) {
        return weights.derived(graph, name, ElementType.FLOAT, fill, length);
    }
}
