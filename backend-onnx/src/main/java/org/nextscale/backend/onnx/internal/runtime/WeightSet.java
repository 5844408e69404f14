package org.nextscale.backend.onnx.internal.runtime;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.Value;

/**
 * Where the bytes of a graph's weights come from: tensors as stored, converted to float32, and tensors derived from them.
 * Declaring one checks that the model has it with that shape, so that a wrong model is refused before anything is
 * computed. Lives as long as a network is being loaded.
 */
public final class WeightSet {

    /** Writes a weight's elements, in the buffer's byte order, from its position to its limit; the buffer begins zeroed. */
    public interface Fill {
        void write(ByteBuffer target);
    }

    private final WeightSource source;
    private final Map<String, Fill> fills = new HashMap<>();

    public WeightSet(WeightSource source) {
        this.source = source;
    }

    public WeightSource source() {
        return source;
    }

    /** A weight as stored, in float32. */
    public Value stored(GraphBuilder graph, String name, long... shape) {
        return stored(graph, name, shape, shape);
    }

    /**
     * A weight as stored, seen under another shape with as many elements.
     *
     * @param shape the shape it is stored with
     * @param view the shape it has in the graph
     */
    public Value stored(GraphBuilder graph, String name, long[] shape, long[] view) {
        source.require(name, shape);
        fills.put(name, target -> source.read(name, 0, target.asFloatBuffer()));
        return graph.weight(name, GraphType.FLOAT, view);
    }

    /** A weight that is computed from what is stored. */
    public Value derived(GraphBuilder graph, String name, GraphType type, Fill fill, long... shape) {
        fills.put(name, fill);
        return graph.weight(name, type, shape);
    }

    /**
     * Writes the elements of a weight that was declared.
     *
     * @param target zeroed, as long as the weight, in the byte order wanted
     */
    public void write(String name, ByteBuffer target) {
        fills.get(name).write(target);
    }
}
