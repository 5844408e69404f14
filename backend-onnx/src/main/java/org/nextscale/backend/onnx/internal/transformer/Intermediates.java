package org.nextscale.backend.onnx.internal.transformer;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphInput;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.NativeMemory;
import org.nextscale.backend.onnx.internal.runtime.SessionRun;

/**
 * What a block computes on the way, made outputs of its graph so that they go into memory given by the caller, the same
 * for all blocks. ONNX Runtime would take them from the C library's heap, which returned and fetched up to 20 MB from the
 * system in every block of d16, or from an arena a session, sixteen times as much.
 *
 * <p>Places are shared: what is written later into a place depends on all that was read from it before.
 */
final class Intermediates {
    static final String BATCH = "batch";
    static final String TOKENS = "tokens";
    static final String ROWS = "rows";
    static final String VISIBLE = "visible";

    private static final int ALIGNMENT = 64;

    /** Where in a block something is alive. */
    enum Phase {
        /** The residual stream from attention to the MLP's end. */
        BETWEEN,
        /** Attention's input, values, and queries as they are multiplied: some are read until the scores are used. */
        ENTRY,
        /** Queries and keys on their way: read before the scores are written in their place. */
        PROJECTED,
        SCORES,
        /** Softmax of the scores, row by row in their place. */
        PROBABILITIES,
        /** What attention makes of the probabilities, in the place of its input. */
        MIXED,
        MLP
    }

    private record Intermediate(Phase phase, GraphInput declared) {}

    private final List<Intermediate> all = new ArrayList<>();

    /**
     * Makes a value one of them.
     *
     * @param dimensions numbers, {@link #BATCH}, {@link #TOKENS}, {@link #VISIBLE} (tokens of this and earlier scales) or
     *     {@link #ROWS}, which is batch times tokens
     */
    void add(GraphBuilder graph, Phase phase, Value value, Object... dimensions) {
        graph.output(value, dimensions);
        all.add(new Intermediate(phase, new GraphInput(value.name(), List.of(dimensions))));
    }

    /** Bytes for all of them at a scale. */
    long bytes(int sequences, int tokens, int visible) {
        return new Layout(sequences, tokens, visible).bytes();
    }

    /** Binds all of them to some memory, which holds {@link #bytes}. */
    void bind(SessionRun run, NativeMemory memory, int sequences, int tokens, int visible) {
        Layout layout = new Layout(sequences, tokens, visible);
        EnumMap<Phase, Long> next = layout.begins();
        for (Intermediate each : all) {
            long[] shape = each.declared.shape(layout.sizes);
            long bytes = bytes(shape);
            run.output(each.declared.name(), memory.bytes(next.get(each.phase), bytes), shape);
            next.merge(each.phase, bytes, Long::sum);
        }
    }

    private static long bytes(long... shape) {
        long bytes = Float.BYTES;
        for (long size : shape) {
            bytes *= size;
        }
        return (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Where the phases lie at a scale. */
    private final class Layout {
        private final Map<String, Integer> sizes;

        Layout(int sequences, int tokens, int visible) {
            sizes = Map.of(BATCH, sequences, TOKENS, tokens, VISIBLE, visible, ROWS, sequences * tokens);
        }

        EnumMap<Phase, Long> begins() {
            long within = size(Phase.BETWEEN);
            EnumMap<Phase, Long> begins = new EnumMap<>(Phase.class);
            begins.put(Phase.BETWEEN, 0L);
            begins.put(Phase.ENTRY, within);
            begins.put(Phase.MIXED, within);
            begins.put(Phase.MLP, within);
            long scores = within + Math.max(size(Phase.ENTRY), size(Phase.MIXED));
            begins.put(Phase.PROJECTED, scores);
            begins.put(Phase.SCORES, scores);
            begins.put(Phase.PROBABILITIES, scores);
            return begins;
        }

        long bytes() {
            return begins().entrySet().stream()
                    .mapToLong(begin -> begin.getValue() + size(begin.getKey()))
                    .max()
                    .orElseThrow();
        }

        private long size(Phase phase) {
            return all.stream()
                    .filter(each -> each.phase == phase)
                    .mapToLong(each -> Intermediates.bytes(each.declared.shape(sizes)))
                    .sum();
        }
    }
}
