package org.nextscale.training.internal.network;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * The scale-wise transformer under teacher forcing (VAR, section 3.3): all scales in one pass, every token sees its own scale
 * and the coarser ones. For one thread.
 */
public final class TransformerNetwork implements AutoCloseable {
    private final TransformerSpec spec;
    private final TensorSet weights;
    private final boolean bfloat16;
    private final Tensor levels;
    private final Tensor mask;

    /** In float32 throughout. */
    public TransformerNetwork(TransformerSpec spec, TensorSet weights) {
        this(spec, weights, false);
    }

    /**
     * @param weights which this does not close
     * @param bfloat16 whether the blocks' large products and the GELU between two of them are in bfloat16, as mixed-precision
     *     training has it; weights, norms, attention, residual stream and head stay in float32
     */
    public TransformerNetwork(TransformerSpec spec, TensorSet weights, boolean bfloat16) {
        this.spec = spec;
        this.weights = weights;
        this.bfloat16 = bfloat16;
        try (PointerScope scope = new PointerScope()) {
            int[] scaleOf = scaleOfToken(spec.pyramid());
            int length = scaleOf.length;
            long[] indices = new long[length];
            float[] hidden = new float[Math.multiplyExact(length, length)];
            for (int i = 0; i < length; i++) {
                indices[i] = scaleOf[i];
                for (int j = 0; j < length; j++) {
                    hidden[i * length + j] = scaleOf[j] > scaleOf[i] ? Float.NEGATIVE_INFINITY : 0;
                }
            }
            levels = weights.placement().of(indices, length);
            mask = weights.placement().of(hidden, length, length);
            levels.retainReference();
            mask.retainReference();
        }
    }

    private static int[] scaleOfToken(ScalePyramid pyramid) {
        int[] scaleOf = new int[pyramid.totalTokens()];
        for (int k = 0; k < pyramid.scales(); k++) {
            for (int i = 0; i < pyramid.tokens(k); i++) {
                scaleOf[pyramid.begin(k) + i] = k;
            }
        }
        return scaleOf;
    }

    /** Whether the recipe lets weight decay pull at a tensor: not at vectors, biases and position-like parameters. */
    public static boolean decays(TensorShape tensor) {
        String name = tensor.name();
        return tensor.shape().size() > 1
                && !name.endsWith("bias")
                && !name.contains("pos_start")
                && !name.contains("pos_1LC")
                && !name.contains("lvl_embed")
                && !name.contains("ada_gss")
                && !name.contains("scale_mul");
    }

    /**
     * Predicts all tokens.
     *
     * @param labels {@code [batch]}
     * @param inputs what later scales see, {@code [batch, tokens - first, z]}
     * @param scales how many scales, from the coarsest; the inputs of finer ones are ignored
     * @param dropPath decides which branches are left out
     * @return logits {@code [batch, tokens, vocabulary]} of these scales
     */
    public Tensor predict(Tensor labels, Tensor inputs, int scales, DropPath dropPath) {
        ScalePyramid pyramid = spec.pyramid();
        int first = pyramid.tokens(0);
        int length = pyramid.begin(scales);
        Tensor condition = torch.embedding(weights.get(TransformerTensors.CLASS_EMBEDDING), labels);
        Tensor silu = torch.silu(condition);
        Tensor attentionMask = length == mask.size(0)
                ? mask
                : mask.narrow(0, 0, length).narrow(1, 0, length).contiguous();
        Tensor x = Ops.part(() -> {
            Tensor start = condition
                    .unsqueeze(1)
                    .expand(condition.size(0), first, spec.width())
                    .add(weights.get(TransformerTensors.START_POSITION));
            Tensor sequence = length == first
                    ? start
                    : Ops.cat(
                            1,
                            start,
                            Ops.linear(
                                    inputs.narrow(1, 0, length - first), weights, TransformerTensors.WORD_EMBEDDING));
            Tensor places = torch.embedding(weights.get(TransformerTensors.LEVELS), levels.narrow(0, 0, length))
                    .add(weights.get(TransformerTensors.POSITIONS).narrow(1, 0, length));
            return sequence.add(places);
        });
        Tensor shared =
                spec.sharedAdaLn() ? vectors(silu, TransformerTensors.SHARED_ADA_LN, AdaLn.BLOCK_VECTORS) : null;
        for (int i = 0; i < spec.depth(); i++) {
            int block = i;
            Tensor input = x;
            x = Ops.part(() -> block(block, input, silu, shared, attentionMask, dropPath));
        }
        Tensor last = x;
        return Ops.part(() -> {
            TensorVector v = vectors(silu, TransformerTensors.HEAD_ADA_LN, AdaLn.HEAD_VECTORS)
                    .unbind(2);
            Tensor modulated = Ops.modulate(Ops.layerNorm(last), v.get(AdaLn.HEAD_SCALE), v.get(AdaLn.HEAD_SHIFT));
            return Ops.linear(modulated, weights, TransformerTensors.HEAD);
        });
    }

    /** AdaLN's output, {@code [batch, 1, count, width]}. */
    private Tensor vectors(Tensor silu, String name, int count) {
        return Ops.linear(silu, weights, name).view(-1, 1, count, spec.width());
    }

    private Tensor block(int index, Tensor x, Tensor silu, Tensor shared, Tensor attentionMask, DropPath dropPath) {
        TransformerTensors.Block names = TransformerTensors.block(index);
        Tensor adaLn = shared == null
                ? vectors(silu, names.adaLn(), AdaLn.BLOCK_VECTORS)
                : shared.add(weights.get(names.adaLnOffset()));
        TensorVector v = adaLn.unbind(2);
        Tensor attended = attention(
                names,
                Ops.modulate(Ops.layerNorm(x), v.get(AdaLn.SCALE_ATTENTION), v.get(AdaLn.SHIFT_ATTENTION)),
                attentionMask);
        Tensor middle = dropPath.add(index, x, attended, v.get(AdaLn.GAMMA_ATTENTION), weights.placement());
        Tensor modulated =
                Ops.modulate(Ops.layerNorm(middle), v.get(AdaLn.SCALE_FEED_FORWARD), v.get(AdaLn.SHIFT_FEED_FORWARD));
        Tensor hidden = torch.gelu(product(modulated, names.expand()), "tanh");
        Tensor contracted = precise(product(hidden, names.contract()));
        return dropPath.add(index, middle, contracted, v.get(AdaLn.GAMMA_FEED_FORWARD), weights.placement());
    }

    private Tensor attention(TransformerTensors.Block names, Tensor x, Tensor attentionMask) {
        long rows = x.size(0);
        long tokens = x.size(1);
        Tensor queryBias = weights.get(names.queryBias());
        Tensor bias = Ops.cat(0, queryBias, torch.zeros_like(queryBias), weights.get(names.valueBias()));
        TensorVector qkv = precise(product(x, weights.get(names.queriesKeysValues()), bias))
                .view(rows, tokens, 3, spec.heads(), spec.headSize())
                .permute(2, 0, 3, 1, 4)
                .unbind(0);
        Tensor q = qkv.get(0);
        Tensor k = qkv.get(1);
        double scale = TransformerTensors.PLAIN_SCALE / Math.sqrt(spec.headSize());
        if (spec.l2NormAttention()) {
            Tensor factor = weights.get(names.queryScale())
                    .clamp_max(Ops.scalar(TransformerTensors.LARGEST_LOG_SCALE))
                    .exp();
            // The quotients are small, a number a head and token: what is large is gone through once, not three times.
            q = q.mul(factor.div(Ops.norm(q)));
            k = k.mul(Ops.norm(k).reciprocal());
            scale = 1;
        }
        Tensor joined = Ops.attention(q, k, qkv.get(2), new TensorOptional(attentionMask), scale)
                .transpose(1, 2)
                .reshape(rows, tokens, spec.width());
        return precise(product(joined, names.projection()));
    }

    private Tensor product(Tensor x, String name) {
        return product(x, weights.get(TransformerTensors.weight(name)), weights.get(TransformerTensors.bias(name)));
    }

    /** In bfloat16 the result is too: what follows decides whether that is enough. */
    private Tensor product(Tensor x, Tensor weight, Tensor bias) {
        if (!bfloat16) {
            return torch.linear(x, weight, Ops.optional(bias));
        }
        return torch.linear(
                x.to(ScalarType.BFloat16), weight.to(ScalarType.BFloat16), Ops.optional(bias.to(ScalarType.BFloat16)));
    }

    private Tensor precise(Tensor x) {
        return bfloat16 ? x.to(ScalarType.Float) : x;
    }

    /** Where it computes. */
    Placement placement() {
        return weights.placement();
    }

    @Override
    public void close() {
        levels.releaseReference();
        mask.releaseReference();
    }
}
