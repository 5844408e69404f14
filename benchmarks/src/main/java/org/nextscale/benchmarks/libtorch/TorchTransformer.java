package org.nextscale.benchmarks.libtorch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TransformerSpec;

/**
 * The scale-wise transformer as the public VAR code writes it in PyTorch: AdaLN computed at every scale, keys and values
 * kept by concatenation, and attention either as two products around a softmax or fused.
 */
final class TorchTransformer {
    private final TransformerSpec spec;
    private final TorchWeights weights;
    private final TorchLayers layers;
    private final boolean fusedAttention;

    /** @param fusedAttention whether to call {@code scaled_dot_product_attention} */
    TorchTransformer(TransformerSpec spec, TorchWeights weights, boolean fusedAttention) {
        this.spec = spec;
        this.weights = weights;
        layers = new TorchLayers(spec, weights);
        this.fusedAttention = fusedAttention;
    }

    /** Keys and values of all earlier scales, a pair a block, {@code [rows, heads, tokens, headSize]}. */
    static final class Cache {
        private final Tensor[] keys;
        private final Tensor[] values;

        Cache(int depth) {
            keys = new Tensor[depth];
            values = new Tensor[depth];
        }

        private Tensor keys(int block, Tensor added) {
            return append(keys, block, added);
        }

        private Tensor values(int block, Tensor added) {
            return append(values, block, added);
        }

        private static Tensor append(Tensor[] all, int block, Tensor added) {
            Tensor old = all[block];
            Tensor joined = old == null ? added.contiguous() : TorchOps.cat(old, added, 2);
            joined.retainReference();
            if (old != null) {
                old.releaseReference();
            }
            all[block] = joined;
            return joined;
        }

        void release() {
            for (int i = 0; i < keys.length; i++) {
                if (keys[i] != null) {
                    keys[i].releaseReference();
                    values[i].releaseReference();
                }
            }
        }
    }

    /** Class embeddings, {@code [rows, width]}; {@code labels [rows]}. */
    Tensor condition(Tensor labels) {
        return torch.embedding(weights.get("class_emb.weight"), labels);
    }

    /** What scale 0 starts from, {@code [rows, tokens, width]}. */
    Tensor start(Tensor condition) {
        int first = spec.pyramid().tokens(0);
        return condition
                .unsqueeze(1)
                .expand(condition.size(0), first, spec.width())
                .add(weights.get("pos_start"))
                .add(position(0));
    }

    /** What a later scale starts from: {@code input [batch, tokens, z]} to {@code [2 · batch, tokens, width]}. */
    Tensor embed(int scale, Tensor input) {
        return TorchOps.linear(input, weights, "word_embed")
                .add(position(scale))
                .repeat(2, 1, 1);
    }

    private Tensor position(int scale) {
        Tensor level = weights.get("lvl_embed.weight").narrow(0, scale, 1);
        return weights.get("pos_1LC")
                .narrow(1, spec.pyramid().begin(scale), spec.pyramid().tokens(scale))
                .add(level);
    }

    /** One scale: {@code x [rows, tokens, width]} to logits {@code [rows, tokens, vocabulary]}. */
    Tensor next(Tensor x, Tensor condition, Cache cache) {
        Tensor shared = spec.sharedAdaLn() ? layers.vectors(condition, "shared_ada_lin.1", 6) : null;
        Tensor hidden = x;
        for (int i = 0; i < spec.depth(); i++) {
            int block = i;
            Tensor input = hidden;
            hidden = TorchOps.step(() -> block(block, input, condition, shared, cache));
        }
        TensorVector vectors = layers.vectors(condition, "head_nm.ada_lin.1", 2).unbind(2);
        Tensor normalized = TorchOps.modulate(TorchOps.layerNorm(hidden), vectors.get(0), vectors.get(1));
        return TorchOps.linear(normalized, weights, "head");
    }

    private Tensor block(int index, Tensor x, Tensor condition, Tensor shared, Cache cache) {
        String name = "blocks." + index + ".";
        TensorVector v = layers.vectors(condition, shared, name);
        Tensor attended =
                attention(index, name + "attn.", TorchOps.modulate(TorchOps.layerNorm(x), v.get(2), v.get(4)), cache);
        Tensor middle = x.add(attended.mul(v.get(0)));
        Tensor normalized = TorchOps.modulate(TorchOps.layerNorm(middle), v.get(3), v.get(5));
        Tensor wide = torch.gelu(TorchOps.linear(normalized, weights, name + "ffn.fc1"), "tanh");
        return middle.add(TorchOps.linear(wide, weights, name + "ffn.fc2").mul(v.get(1)));
    }

    private Tensor attention(int index, String name, Tensor x, Cache cache) {
        long rows = x.size(0);
        long tokens = x.size(1);
        TorchLayers.Heads heads = layers.heads(x, name);
        Tensor keys = cache.keys(index, heads.keys());
        Tensor values = cache.values(index, heads.values());
        Tensor joined = attend(heads.queries(), keys, values, heads.scale())
                .transpose(1, 2)
                .reshape(rows, tokens, spec.width());
        return TorchOps.linear(joined, weights, name + "proj");
    }

    private Tensor attend(Tensor q, Tensor k, Tensor v, double scale) {
        if (fusedAttention) {
            return torch.scaled_dot_product_attention(
                    q, k, v, new TensorOptional(), 0, false, new DoubleOptional(scale), false);
        }
        Tensor scores = torch.matmul(q.mul(TorchOps.scalar(scale)), k.transpose(-2, -1));
        return torch.matmul(torch.softmax(scores, -1), v);
    }
}
