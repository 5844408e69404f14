package org.nextscale.backend.onnx.internal.export;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.WeightShape;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * A graph as two files: {@code NAME.onnx} with its nodes and small constants, {@code NAME.onnx.data} with all its weights
 * (ONNX's external data), which may be larger than the 2 GB that the first can hold.
 */
final class GraphFile {
    /** Weights begin at a page, so that they can be mapped one by one, as ONNX recommends. */
    private static final long PAGE = 4096;

    private final String name;
    private final GraphBuilder graph;
    private final List<Piece> pieces = new ArrayList<>();
    private final byte[] model;

    GraphFile(String name, GraphBuilder graph, WeightSet weights) {
        this.name = name;
        this.graph = graph;
        Map<String, Long> offsets = new HashMap<>();
        long end = 0;
        for (WeightShape weight : graph.weights()) {
            long offset = (end + PAGE - 1) / PAGE * PAGE;
            offsets.put(weight.name(), offset);
            pieces.add(new Piece(offset, weight.bytes(), target -> weights.write(weight.name(), target)));
            end = offset + weight.bytes();
        }
        model = graph.build(data(), offsets);
    }

    String name() {
        return name;
    }

    GraphBuilder graph() {
        return graph;
    }

    /** Of the graph. */
    String file() {
        return name + ".onnx";
    }

    /** Of its weights. */
    String data() {
        return name + ".onnx.data";
    }

    /** Length of both files. */
    long bytes() {
        Piece last = pieces.get(pieces.size() - 1);
        return model.length + last.offset() + last.bytes();
    }

    void write(FileWriter writer) throws IOException {
        writer.write(data(), new byte[0], pieces);
        writer.write(file(), model);
    }
}
