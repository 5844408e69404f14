package org.nextscale.backend.onnx.internal.transformer;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.ElementType;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * Writes transformer blocks: attention and MLP, each behind a LayerNorm that AdaLN modulates. Tokens of one scale come in
 * together and see each other and all that is in the cache, so that no mask is needed.
 *
 * <p>Operators were chosen by measurement (README.md): LayerNormalization takes AdaLN's scale and shift as its own, which
 * saves two passes; queries and keys are L2-normalised by one RMS norm with a factor a head; MultiHeadAttention computes
 * without ever storing all scores.
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

    /** @param x the residual stream whose shape all blocks share */
    BlockGraph(TransformerSpec spec, Linears linears, Value x) {
        this.spec = spec;
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
        String name = "blocks." + block + ".";
        List<Value> vectors = graph.nodes(
                "",
                "Split",
                AdaLn.BLOCK_VECTORS,
                List.of(Attribute.integer("axis", 1), Attribute.integer("num_outputs", AdaLn.BLOCK_VECTORS)),
                graph.input(condition(block), "batch", AdaLn.BLOCK_VECTORS, width));
        Value attended = attention(
                modulated(x, vectors.get(AdaLn.SCALE_ATTENTION), vectors.get(AdaLn.SHIFT_ATTENTION)), name, block);
        Value projected = linears.apply(rows(attended, width), name + "attn.proj", width, width);
        Value middle = residual(x, projected, vectors.get(AdaLn.GAMMA_ATTENTION));
        Value hidden = linears.apply(
                rows(
                        modulated(middle, vectors.get(AdaLn.SCALE_FEED_FORWARD), vectors.get(AdaLn.SHIFT_FEED_FORWARD)),
                        width),
                name + "ffn.fc1",
                spec.feedForward(),
                width);
        Value active = graph.node("Gelu", List.of(Attribute.text("approximate", "tanh")), hidden);
        Value contracted = linears.apply(active, name + "ffn.fc2", width, spec.feedForward());
        return residual(middle, contracted, vectors.get(AdaLn.GAMMA_FEED_FORWARD));
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

    private Value residual(Value x, Value rows, Value gamma) {
        Value y = graph.node("Reshape", rows, sequence);
        return graph.node("Add", x, graph.node("Mul", y, gamma));
    }

    private Value attention(Value x, String name, int block) {
        Value bias = linears.vector(name + "attn.qkv_bias", 3 * width, target -> {
            // Keys have no bias.
            FloatBuffer floats = target.asFloatBuffer();
            weights.source().read(name + "attn.q_bias", 0, floats.slice(0, width));
            weights.source().read(name + "attn.v_bias", 0, floats.slice(2 * width, width));
        });
        weights.source().require(name + "attn.q_bias", width);
        weights.source().require(name + "attn.v_bias", width);
        Value joined = linears.apply(rows(x, width), name + "attn.mat_qkv.weight", bias, 3 * width, width);
        Value byHead = graph.node("Reshape", joined, graph.integers(-1, 3L * heads, headSize));
        List<Value> parts = split(byHead, 2 * heads, heads);
        Value queryKey = spec.l2NormAttention() ? normalised(parts.get(0), name) : parts.get(0);
        List<Value> queryAndKey = split(queryKey, heads, heads);
        Value keys = appended(queryAndKey.get(1), block, true);
        Value values = appended(parts.get(1), block, false);
        return graph.microsoft(
                "MultiHeadAttention",
                List.of(
                        Attribute.integer("num_heads", heads),
                        Attribute.real("scale", spec.l2NormAttention() ? 1 : 0.25 / Math.sqrt(headSize))),
                graph.node("Reshape", queryAndKey.get(0), sequence),
                keys,
                values);
    }

    private List<Value> split(Value x, int first, int second) {
        return graph.nodes("", "Split", 2, List.of(Attribute.integer("axis", 1)), x, graph.integers(first, second));
    }

    /** L2 norm of every head: an RMS norm over n elements is √n times as long. */
    private Value normalised(Value queryKey, String name) {
        String stored = name + "attn.scale_mul_1H11";
        weights.source().require(stored, 1, heads, 1, 1);
        Value factors = weights.derived(
                graph,
                name + "attn.head_scale",
                ElementType.FLOAT,
                target -> {
                    float[] logarithms = weights.source().read(stored, 1, heads, 1, 1);
                    float[] row = new float[headSize];
                    FloatBuffer floats = target.asFloatBuffer();
                    for (int head = 0; head < 2 * heads; head++) {
                        double scale = head < heads ? Math.exp(Math.min(logarithms[head], Math.log(100))) : 1;
                        Arrays.fill(row, (float) (scale / Math.sqrt(headSize)));
                        floats.put(row);
                    }
                },
                1,
                2L * heads,
                headSize);
        return graph.node(
                "SimplifiedLayerNormalization",
                List.of(Attribute.integer("axis", -1), Attribute.real("epsilon", SMALLEST_SQUARE)),
                queryKey,
                factors);
    }

    /** Keys or values of this scale, {@code [rows, heads, head size]}, behind those of the scales before. */
    private Value appended(Value fresh, int block, boolean keys) {
        Value past = graph.input(past(block, keys), "batch", heads, "past", headSize);
        Value byHead = graph.node(
                "Transpose",
                List.of(Attribute.integers("perm", 0, 2, 1, 3)),
                graph.node("Reshape", fresh, sequenceHeads));
        Value present =
                graph.named(present(block, keys), "Concat", List.of(Attribute.integer("axis", 2)), past, byHead);
        graph.output(present, "batch", heads, "visible", headSize);
        return present;
    }
}
