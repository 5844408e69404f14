package org.nextscale.backend.onnx.internal.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.onnx.internal.transformer.Intermediates.Phase;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TransformerTensors;

/**
 * Writes transformer blocks: attention and MLP, each behind a LayerNorm that AdaLN modulates. Tokens of one scale come in
 * together and see each other and all that is in the cache, so that no mask is needed.
 *
 * <p>Operators were chosen by measurement (README.md): LayerNormalization takes AdaLN's scale and shift as its own, which
 * saves two passes; queries and keys are L2-normalized by an RMS norm with a factor a head; attention is two products
 * around a softmax, which is what MultiHeadAttention comes to as well, but into memory of the caller's.
 */
final class BlockGraph {
    /** Below any square of a norm: PyTorch's {@code F.normalize} divides by at least 1e-12. */
    private static final double SMALLEST_SQUARE = 1e-24;

    private final TransformerSpec spec;
    private final GraphBuilder graph;
    private final WeightSet weights;
    private final Linears linears;
    private final int width;
    private final int heads;
    private final int headSize;
    /** Shape {@code [batch, tokens, width]} of the residual stream, and of its heads. */
    private final Value sequence;

    private final Value sequenceHeads;
    private final Optional<Intermediates> intermediates;

    /**
     * @param x the residual stream whose shape all blocks share
     * @param intermediates takes what a block computes on the way, if the caller has memory for it; for one block only
     */
    BlockGraph(TransformerSpec spec, Linears linears, Value x, Optional<Intermediates> intermediates) {
        this.spec = spec;
        this.intermediates = intermediates;
        this.linears = linears;
        graph = linears.graph();
        weights = linears.weights();
        width = spec.width();
        heads = spec.heads();
        headSize = spec.headSize();
        sequence = graph.node("Shape", x);
        Value batchAndTokens = graph.node("Shape", List.of(Attribute.integer("end", 2)), x);
        sequenceHeads = graph.node(
                "Concat", List.of(Attribute.integer("axis", 0)), batchAndTokens, graph.integers(heads, headSize));
    }

    static String condition(int block) {
        return "condition." + block;
    }

    static String past(int block, boolean keys) {
        return (keys ? "past_key." : "past_value.") + block;
    }

    static String present(int block, boolean keys) {
        return (keys ? "present_key." : "present_value.") + block;
    }

    /**
     * Adds a block. Its inputs and outputs are {@link #condition} {@code [batch, 6, width]}, {@link #past}
     * {@code [batch, heads, past, head size]} and {@link #present}, the past with this scale's tokens behind it.
     *
     * @param x {@code [batch, tokens, width]}
     * @return the same shape
     */
    Value add(Value x, int block) {
        TransformerTensors.Block names = TransformerTensors.block(block);
        List<Value> vectors = graph.nodes(
                "",
                "Split",
                AdaLn.BLOCK_VECTORS,
                List.of(Attribute.integer("axis", 1), Attribute.integer("num_outputs", AdaLn.BLOCK_VECTORS)),
                graph.input(condition(block), "batch", AdaLn.BLOCK_VECTORS, width));
        Value attended = attention(
                stream(
                        Phase.ENTRY,
                        modulated(x, vectors.get(AdaLn.SCALE_ATTENTION), vectors.get(AdaLn.SHIFT_ATTENTION))),
                names,
                block);
        Value projected =
                rows(Phase.MIXED, linears.apply(rows(attended, width), names.projection(), width, width), width);
        Value middle = stream(Phase.BETWEEN, residual(Phase.MIXED, x, projected, vectors.get(AdaLn.GAMMA_ATTENTION)));
        Value modulated = stream(
                Phase.MLP,
                modulated(middle, vectors.get(AdaLn.SCALE_FEED_FORWARD), vectors.get(AdaLn.SHIFT_FEED_FORWARD)));
        int hiddenSize = spec.feedForward();
        Value hidden =
                rows(Phase.MLP, linears.apply(rows(modulated, width), names.expand(), hiddenSize, width), hiddenSize);
        Value active =
                rows(Phase.MLP, graph.node("Gelu", List.of(Attribute.text("approximate", "tanh")), hidden), hiddenSize);
        Value contracted = rows(Phase.MLP, linears.apply(active, names.contract(), width, hiddenSize), width);
        return residual(Phase.MLP, middle, contracted, vectors.get(AdaLn.GAMMA_FEED_FORWARD));
    }

    /** Says that {@code [batch, tokens, width]} is computed on the way. */
    private Value stream(Phase phase, Value x) {
        return onTheWay(phase, x, Intermediates.BATCH, Intermediates.TOKENS, width);
    }

    /** Says that {@code [batch · tokens, …]} is computed on the way. */
    private Value rows(Phase phase, Value x, Object... columns) {
        return onTheWay(
                phase,
                x,
                Stream.concat(Stream.of(Intermediates.ROWS), Arrays.stream(columns))
                        .toArray());
    }

    private Value onTheWay(Phase phase, Value x, Object... dimensions) {
        intermediates.ifPresent(all -> all.add(graph, phase, x, dimensions));
        return x;
    }

    /** {@code LN(x)·scale + shift}, where the 1 of AdaLN's 1 + scale is in the condition already. */
    Value modulated(Value x, Value scale, Value shift) {
        return graph.node(
                "LayerNormalization",
                List.of(Attribute.integer("axis", -1), Attribute.real("epsilon", TokenizerSpec.NORM_EPSILON)),
                x,
                scale,
                shift);
    }

    /** {@code [batch, tokens, n]} as {@code [batch · tokens, n]}. */
    Value rows(Value x, int n) {
        return graph.node("Reshape", x, graph.integers(-1, n));
    }

    private Value residual(Phase phase, Value x, Value rows, Value gamma) {
        Value y = graph.node("Reshape", rows, sequence);
        return graph.node("Add", x, stream(phase, graph.node("Mul", y, gamma)));
    }

    /** {@code softmax(q·kᵀ)·v} with q and k of length {@code exp(scale)} and 1, or any length and a fixed scale. */
    private Value attention(Value x, TransformerTensors.Block names, int block) {
        Value rows = rows(x, width);
        Value query = projected(Phase.PROJECTED, rows, names, 0, bias(names.queryBias()));
        Value key = projected(Phase.PROJECTED, rows, names, 1, Value.ABSENT);
        Value value = projected(Phase.ENTRY, rows, names, 2, bias(names.valueBias()));
        double scale = 1;
        if (spec.l2NormAttention()) {
            query = normalized(query, queryFactors(names));
            key = normalized(key, keyFactors());
        } else {
            scale = TransformerTensors.queryScales(spec, weights.source(), names)[0];
        }
        Value scores = graph.microsoft(
                "FusedMatMul",
                List.of(Attribute.integer("transB", 1), Attribute.real("alpha", scale)),
                byHead(Phase.ENTRY, query),
                appended(Phase.PROJECTED, key, block, true));
        onTheWay(Phase.SCORES, scores, Intermediates.BATCH, heads, Intermediates.TOKENS, Intermediates.VISIBLE);
        Value probabilities = graph.node("Softmax", List.of(Attribute.integer("axis", -1)), scores);
        onTheWay(
                Phase.PROBABILITIES,
                probabilities,
                Intermediates.BATCH,
                heads,
                Intermediates.TOKENS,
                Intermediates.VISIBLE);
        Value mixed = graph.node("MatMul", probabilities, appended(Phase.ENTRY, value, block, false));
        onTheWay(Phase.MIXED, mixed, Intermediates.BATCH, heads, Intermediates.TOKENS, headSize);
        Value joined = graph.node("Transpose", List.of(Attribute.integers("perm", 0, 2, 1, 3)), mixed);
        return onTheWay(Phase.MIXED, joined, Intermediates.BATCH, Intermediates.TOKENS, heads, headSize);
    }

    private Value bias(String name) {
        return weights.stored(graph, name, width);
    }

    /** Queries, keys or values, {@code [batch, tokens, heads, head size]}. */
    private Value projected(Phase phase, Value rows, TransformerTensors.Block names, int part, Value bias) {
        Matrix weight = Matrix.part(names.queriesKeysValues(), part, 3, width, width);
        Value x = rows(phase, linears.apply(rows, weight, bias), width);
        return graph.node("Reshape", x, sequenceHeads);
    }

    /** L2 norm of every head times a factor: an RMS norm over n elements is √n times as long. */
    private Value normalized(Value x, Value factors) {
        Value normed = graph.node(
                "SimplifiedLayerNormalization",
                List.of(Attribute.integer("axis", -1), Attribute.real("epsilon", SMALLEST_SQUARE)),
                x,
                factors);
        return onTheWay(Phase.PROJECTED, normed, Intermediates.BATCH, Intermediates.TOKENS, heads, headSize);
    }

    /** What every head's queries are long, over √n. */
    private Value queryFactors(TransformerTensors.Block names) {
        return weights.derived(
                graph,
                names.prefix() + "attn.head_scale",
                GraphType.FLOAT,
                target -> {
                    FloatBuffer floats = target.asFloatBuffer();
                    for (double scale : TransformerTensors.queryScales(spec, weights.source(), names)) {
                        float[] row = new float[headSize];
                        Arrays.fill(row, (float) (scale / Math.sqrt(headSize)));
                        floats.put(row);
                    }
                },
                1,
                1,
                heads,
                headSize);
    }

    private Value keyFactors() {
        float[] factors = new float[headSize];
        Arrays.fill(factors, (float) (1 / Math.sqrt(headSize)));
        return graph.reals("key_factors", factors);
    }

    /** {@code [batch, tokens, heads, head size]} as {@code [batch, heads, tokens, head size]}. */
    private Value byHead(Phase phase, Value x) {
        Value byHead = graph.node("Transpose", List.of(Attribute.integers("perm", 0, 2, 1, 3)), x);
        return onTheWay(phase, byHead, Intermediates.BATCH, heads, Intermediates.TOKENS, headSize);
    }

    /** Keys or values of this scale, {@code [batch, tokens, heads, head size]}, behind those of the scales before. */
    private Value appended(Phase phase, Value fresh, int block, boolean keys) {
        Value past = graph.input(past(block, keys), "batch", heads, "past", headSize);
        Value present = graph.named(
                present(block, keys), "Concat", List.of(Attribute.integer("axis", 2)), past, byHead(phase, fresh));
        graph.output(present, "batch", heads, "visible", headSize);
        return present;
    }
}
