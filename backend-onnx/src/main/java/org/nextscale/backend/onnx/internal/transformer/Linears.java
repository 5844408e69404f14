package org.nextscale.backend.onnx.internal.transformer;

import java.util.List;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.support.TransformerTensors;

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
    final Value apply(Value x, String name, int out, int in) {
        return apply(
                x,
                Matrix.whole(TransformerTensors.weight(name), out, in),
                weights.stored(graph, TransformerTensors.bias(name), out));
    }

    /** @param bias {@code [out]}, or {@link Value#ABSENT} */
    Value apply(Value x, Matrix weight, Value bias) {
        Value matrix;
        if (weight.isWhole()) {
            matrix = weights.stored(graph, weight.tensor(), weight.out(), weight.in());
        } else {
            weight.require(weights.source());
            matrix = weights.derived(
                    graph,
                    weight.name(),
                    GraphType.FLOAT,
                    target -> weight.read(weights.source(), 0, target.asFloatBuffer()),
                    weight.out(),
                    weight.in());
        }
        return graph.node("Gemm", List.of(Attribute.integer("transB", 1)), x, matrix, bias);
    }

    /** Puts together what the model stores in pieces. */
    final Value vector(String name, int length, WeightSet.Fill fill) {
        return weights.derived(graph, name, GraphType.FLOAT, fill, length);
    }
}
