package org.nextscale.backend.onnx.internal.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.runtime.GraphSession;
import org.nextscale.backend.onnx.internal.runtime.MemoryPool;
import org.nextscale.backend.onnx.internal.runtime.NativeHeap;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;
import org.nextscale.backend.onnx.internal.runtime.Scratch;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.Resources;
import org.nextscale.backend.support.TransformerTensors;

/**
 * A transformer's sessions and tables. Blocks that follow each other share a session as long as their weights are small:
 * while a session is made its weights are in memory twice, so that a large model is loaded a few blocks at a time, and a
 * small one costs few sessions and few calls.
 */
final class TransformerParts implements AutoCloseable {
    /** Bytes of weights that a session brings, so that a small model is one and a large one a block each. */
    static final long SESSION_BYTES = 64L << 20;

    /** Bytes of generations' memory that any model may keep; a large one keeps a byte a parameter. */
    private static final long LEAST_KEPT = 64L << 20;

    /**
     * A session for blocks {@code first} to {@code end − 1}, and for the head if it says so.
     *
     * @param intermediates what a single block wants memory for; several small ones use the C library's
     */
    record Part(int first, int end, boolean head, Optional<Intermediates> intermediates, GraphSession session) {}

    private record Range(int first, int end, boolean head, Optional<Intermediates> intermediates) {}

    private final Resources resources = new Resources();
    private final MemoryPool pool;
    private final GraphSession embedding;
    private final List<Part> conditions;
    private final List<Part> blocks;
    private final NativeMemory classEmbedding;
    private final NativeMemory startPosition;
    private final NativeMemory positions;

    /** @param sessionBytes of weights that one session may bring, if it has more than one block */
    TransformerParts(
            TransformerSpec spec, WeightSource source, Sessions sessions, Precision precision, long sessionBytes) {
        WeightSet weights = new WeightSet(source);
        long width = spec.width();
        TransformerGraphs graphs = new TransformerGraphs(spec, weights, precision);
        // All graphs first: a tensor that is missing is found before anything is computed.
        GraphBuilder embeddingGraph = graphs.embedding();
        List<Range> conditionRanges = ranges(spec, AdaLn.BLOCK_VECTORS * width * width, sessionBytes, false);
        long elements = 4 * width * width + 2 * width * spec.feedForward();
        List<Range> blockRanges = ranges(spec, elements, sessionBytes, sessions.inMainMemory());
        List<GraphBuilder> conditionGraphs = conditionRanges.stream()
                .map(range -> graphs.conditions(range.first, range.end, range.head))
                .toList();
        List<GraphBuilder> blockGraphs = blockRanges.stream()
                .map(range -> graphs.blocks(range.first, range.end, range.head, range.intermediates))
                .toList();
        pool = resources.add(new MemoryPool(Math.max(LEAST_KEPT, parameters(spec))));
        try {
            classEmbedding = table(source, TransformerTensors.CLASS_EMBEDDING, spec.classes() + 1, width);
            startPosition = table(
                    source, TransformerTensors.START_POSITION, 1, spec.pyramid().tokens(0), width);
            positions = resources.add(NativeMemory.floats(spec.pyramid().totalTokens() * width));
            positions.floats().put(TransformerTensors.positions(spec, source));
            embedding = resources.add(sessions.open(embeddingGraph, weights, Map.of(), Scratch.SHARED));
            conditions = open(sessions, weights, conditionRanges, conditionGraphs);
            blocks = open(sessions, weights, blockRanges, blockGraphs);
            NativeHeap.trim();
        } catch (RuntimeException | Error e) {
            resources.close();
            throw e;
        }
    }

    private NativeMemory table(WeightSource source, String name, long... shape) {
        source.require(name, shape);
        long elements = source.weight(name).elements();
        NativeMemory memory = resources.add(NativeMemory.floats(elements));
        source.read(name, 0, memory.floats());
        return memory;
    }

    private List<Part> open(Sessions sessions, WeightSet weights, List<Range> ranges, List<GraphBuilder> graphs) {
        List<Part> parts = new ArrayList<>();
        for (int i = 0; i < ranges.size(); i++) {
            Range range = ranges.get(i);
            GraphSession session = resources.add(sessions.open(graphs.get(i), weights, Map.of(), Scratch.SHARED));
            parts.add(new Part(range.first, range.end, range.head, range.intermediates, session));
        }
        return List.copyOf(parts);
    }

    private static List<Range> ranges(
            TransformerSpec spec, long elementsOfBlock, long sessionBytes, boolean takingIntermediates) {
        int together = (int) Math.max(1, Math.min(spec.depth(), sessionBytes / (elementsOfBlock * Float.BYTES)));
        List<Range> ranges = new ArrayList<>();
        for (int first = 0; first < spec.depth(); first += together) {
            int end = Math.min(spec.depth(), first + together);
            Optional<Intermediates> intermediates =
                    takingIntermediates && end == first + 1 ? Optional.of(new Intermediates()) : Optional.empty();
            ranges.add(new Range(first, end, end == spec.depth(), intermediates));
        }
        return ranges;
    }

    /** What the blocks have, roughly. */
    private static long parameters(TransformerSpec spec) {
        return (10L * spec.width() + 2L * spec.feedForward()) * spec.width() * spec.depth();
    }

    /** Memory of generations. */
    MemoryPool pool() {
        return pool;
    }

    GraphSession embedding() {
        return embedding;
    }

    /** In the order of the blocks; the last one has the head. */
    List<Part> conditions() {
        return conditions;
    }

    /** In the order of the blocks; the last one has the head. */
    List<Part> blocks() {
        return blocks;
    }

    /** {@code [classes + 1, width]}. */
    NativeMemory classEmbedding() {
        return classEmbedding;
    }

    /** {@code [first tokens, width]}. */
    NativeMemory startPosition() {
        return startPosition;
    }

    /** Position plus level embedding, {@code [all tokens, width]}. */
    NativeMemory positions() {
        return positions;
    }

    @Override
    public void close() {
        resources.close();
        NativeHeap.trim();
    }
}
