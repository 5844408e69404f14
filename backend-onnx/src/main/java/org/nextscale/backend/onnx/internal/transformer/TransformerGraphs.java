package org.nextscale.backend.onnx.internal.transformer;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TransformerTensors;

/** Writes the graphs that a transformer is cut into. Blocks and conditions come in runs, so that one graph's weights stay small. */
public final class TransformerGraphs {
    static final String CLASS_EMBEDDING = "class_embedding";
    static final String FEATURES = "features";
    static final String POSITIONS = "positions";
    static final String INPUT = "x";
    static final String OUTPUT = "y";
    static final String HEAD_CONDITION = "condition.head";

    private final TransformerSpec spec;
    private final WeightSet weights;
    private final Precision precision;

    public TransformerGraphs(TransformerSpec spec, WeightSet weights, Precision precision) {
        this.spec = spec;
        this.weights = weights;
        this.precision = precision;
    }

    /** Feature vectors {@code [batch, tokens, z]} and {@code [1, tokens, width]} positions to the residual stream. */
    public GraphBuilder embedding() {
        GraphBuilder graph = new GraphBuilder("embedding");
        Value features = graph.input(FEATURES, "batch", "tokens", spec.latentChannels());
        Value positions = graph.input(POSITIONS, 1, "tokens", spec.width());
        Value rows = graph.node("Reshape", features, graph.integers(-1, spec.latentChannels()));
        Value embedded = new Linears(graph, weights)
                .apply(rows, TransformerTensors.WORD_EMBEDDING, spec.width(), spec.latentChannels());
        Value shape = graph.node(
                "Concat",
                List.of(Attribute.integer("axis", 0)),
                graph.node("Shape", List.of(Attribute.integer("end", 2)), features),
                graph.integers(spec.width()));
        Value sequence = graph.node("Reshape", embedded, shape);
        graph.output(graph.named(OUTPUT, "Add", List.of(), sequence, positions), "batch", "tokens", spec.width());
        return graph;
    }

    /**
     * Class embeddings {@code [labels, width]} to the AdaLN vectors of some blocks, {@code [labels, 6, width]} each, and of
     * the head, {@code [labels, 2, width]}. Scales have their 1 added.
     */
    public GraphBuilder conditions(int firstBlock, int endBlock, boolean head) {
        GraphBuilder graph = new GraphBuilder("conditions of blocks " + firstBlock + " to " + (endBlock - 1));
        Linears linears = precision.conditionLinears(graph, weights);
        int width = spec.width();
        Value label = graph.input(CLASS_EMBEDDING, "labels", width);
        Value active = graph.microsoft("QuickGelu", List.of(Attribute.real("alpha", 1)), label);
        Value shared = spec.sharedAdaLn() && firstBlock < endBlock
                ? vectors(
                        graph,
                        linears.apply(active, TransformerTensors.SHARED_ADA_LN, AdaLn.BLOCK_VECTORS * width, width))
                : null;
        for (int block = firstBlock; block < endBlock; block++) {
            TransformerTensors.Block names = TransformerTensors.block(block);
            Value vectors = shared == null
                    ? vectors(graph, linears.apply(active, names.adaLn(), AdaLn.BLOCK_VECTORS * width, width))
                    : graph.node(
                            "Add",
                            shared,
                            weights.stored(
                                    graph,
                                    names.adaLnOffset(),
                                    new long[] {1, 1, AdaLn.BLOCK_VECTORS, width},
                                    new long[] {1, AdaLn.BLOCK_VECTORS, width}));
            finish(graph, vectors, BlockGraph.condition(block), blockOnes(graph), AdaLn.BLOCK_VECTORS);
        }
        if (head) {
            Value rows = linears.apply(active, TransformerTensors.HEAD_ADA_LN, AdaLn.HEAD_VECTORS * width, width);
            Value vectors = graph.node("Reshape", rows, graph.integers(-1, AdaLn.HEAD_VECTORS, width));
            Value ones =
                    graph.node("Reshape", graph.reals("head_ones", 1, 0), graph.integers(1, AdaLn.HEAD_VECTORS, 1));
            finish(graph, vectors, HEAD_CONDITION, ones, AdaLn.HEAD_VECTORS);
        }
        return graph;
    }

    private Value vectors(GraphBuilder graph, Value rows) {
        return graph.node("Reshape", rows, graph.integers(-1, AdaLn.BLOCK_VECTORS, spec.width()));
    }

    /** 1 for the two scales, 0 for gammas and shifts. */
    private static Value blockOnes(GraphBuilder graph) {
        float[] ones = new float[AdaLn.BLOCK_VECTORS];
        ones[AdaLn.SCALE_ATTENTION] = 1;
        ones[AdaLn.SCALE_FEED_FORWARD] = 1;
        return graph.node("Reshape", graph.reals("block_ones", ones), graph.integers(1, AdaLn.BLOCK_VECTORS, 1));
    }

    private void finish(GraphBuilder graph, Value vectors, String output, Value ones, int count) {
        graph.output(graph.named(output, "Add", List.of(), vectors, ones), "labels", count, spec.width());
    }

    /** All blocks and the head. */
    public GraphBuilder blocks() {
        return blocks(0, spec.depth(), true, Optional.empty());
    }

    /**
     * Blocks {@code firstBlock} to {@code endBlock − 1} over the tokens of one scale, {@code [batch, tokens, width]}; with
     * the head behind them the output is {@code [batch, tokens, vocabulary]}.
     *
     * @param intermediates takes what a single block computes on the way, if the caller has memory for it
     */
    GraphBuilder blocks(int firstBlock, int endBlock, boolean head, Optional<Intermediates> intermediates) {
        GraphBuilder graph = new GraphBuilder("blocks " + firstBlock + " to " + (endBlock - 1));
        int width = spec.width();
        Value x = graph.input(INPUT, "batch", "tokens", width);
        BlockGraph blocks = new BlockGraph(spec, precision.linears(graph, weights), x, intermediates);
        for (int block = firstBlock; block < endBlock; block++) {
            x = blocks.add(x, block);
        }
        if (head) {
            List<Value> vectors = graph.nodes(
                    "",
                    "Split",
                    AdaLn.HEAD_VECTORS,
                    List.of(Attribute.integer("axis", 1), Attribute.integer("num_outputs", AdaLn.HEAD_VECTORS)),
                    graph.input(HEAD_CONDITION, "batch", AdaLn.HEAD_VECTORS, width));
            Value normed = blocks.modulated(x, vectors.get(AdaLn.HEAD_SCALE), vectors.get(AdaLn.HEAD_SHIFT));
            Value logits = new Linears(graph, weights)
                    .apply(blocks.rows(normed, width), TransformerTensors.HEAD, spec.vocabularySize(), width);
            graph.output(graph.named(OUTPUT, "Identity", List.of(), logits), "rows", spec.vocabularySize());
        } else {
            graph.output(graph.named(OUTPUT, "Identity", List.of(), x), "batch", "tokens", width);
        }
        return graph;
    }
}
