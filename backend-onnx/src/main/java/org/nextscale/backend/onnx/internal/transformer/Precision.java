package org.nextscale.backend.onnx.internal.transformer;

import java.util.Arrays;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/** How the transformer's linear layers are computed. AdaLN, attention and the head are float32 always. */
public enum Precision {
    /** As the reference computes. */
    F32("f32") {
        @Override
        Linears linears(GraphBuilder graph, WeightSet weights) {
            return new Linears(graph, weights);
        }

        @Override
        Linears conditionLinears(GraphBuilder graph, WeightSet weights) {
            return new Linears(graph, weights);
        }
    },
    /** The blocks' linear layers with int8 weights and activations. */
    INT8("int8") {
        @Override
        Linears linears(GraphBuilder graph, WeightSet weights) {
            return new QuantizedLinears(graph, weights);
        }

        @Override
        Linears conditionLinears(GraphBuilder graph, WeightSet weights) {
            return new ByteWeightLinears(graph, weights);
        }
    };

    private final String word;

    Precision(String word) {
        this.word = word;
    }

    /** As in the backend's parameter. */
    public String word() {
        return word;
    }

    public static Precision of(String word) {
        return Arrays.stream(values())
                .filter(precision -> precision.word.equals(word))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no precision " + word));
    }

    /** The blocks' linear layers. */
    abstract Linears linears(GraphBuilder graph, WeightSet weights);

    /** AdaLN's linear layers. */
    abstract Linears conditionLinears(GraphBuilder graph, WeightSet weights);
}
