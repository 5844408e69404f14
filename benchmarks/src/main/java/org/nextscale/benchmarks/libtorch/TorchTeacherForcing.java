package org.nextscale.benchmarks.libtorch;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;

/**
 * The transformer's pass over all scales at once, operation by operation as the public VAR code writes it for training:
 * in-place additions where it has them, {@code scaled_dot_product_attention} with an additive mask, no path dropped.
 */
final class TorchTeacherForcing implements AutoCloseable {
    private final TransformerSpec spec;
    private final TorchWeights weights;
    private final TorchLayers layers;
    private final Tensor levels;
    private final Tensor mask;

    /** @param weights which this does not close */
    TorchTeacherForcing(TransformerSpec spec, TorchWeights weights) {
        this.spec = spec;
        this.weights = weights;
        layers = new TorchLayers(spec, weights);
        ScalePyramid pyramid = spec.pyramid();
        int length = pyramid.totalTokens();
        long[] scaleOf = new long[length];
        float[] added = new float[length * length];
        for (int k = 0; k < pyramid.scales(); k++) {
            int end = pyramid.begin(k) + pyramid.tokens(k);
            for (int i = pyramid.begin(k); i < end; i++) {
                scaleOf[i] = k;
                Arrays.fill(added, i * length + end, (i + 1) * length, Float.NEGATIVE_INFINITY);
            }
        }
        try (PointerScope scope = new PointerScope()) {
            levels = Tensor.create(scaleOf).view(1, length);
            levels.retainReference();
            mask = Tensor.create(added, 1, 1, length, length);
            mask.retainReference();
        }
    }

    /** Logits {@code [batch, tokens, vocabulary]}. */
    Tensor predict(Tensor labels, Tensor inputs) {
        long batch = labels.size(0);
        int first = spec.pyramid().tokens(0);
        Tensor condition = torch.embedding(weights.get("class_emb.weight"), labels);
        Tensor x = TorchOps.step(() -> {
            Tensor start = condition
                    .unsqueeze(1)
                    .expand(batch, first, -1)
                    .add(weights.get("pos_start").expand(batch, first, -1));
            Tensor sequence = TorchOps.cat(start, TorchOps.linear(inputs, weights, "word_embed"), 1);
            Tensor level = torch.embedding(weights.get("lvl_embed.weight"), levels.expand(batch, -1));
            return sequence.add_(level.add(weights.get("pos_1LC")));
        });
        Tensor shared = spec.sharedAdaLn() ? layers.vectors(condition, "shared_ada_lin.1", 6) : null;
        for (int i = 0; i < spec.depth(); i++) {
            String name = "blocks." + i + ".";
            Tensor input = x;
            x = TorchOps.step(() -> block(name, input, condition, shared));
        }
        Tensor last = x;
        return TorchOps.step(() -> {
            TensorVector v = layers.vectors(condition, "head_nm.ada_lin.1", 2).unbind(2);
            return TorchOps.linear(normalized(last, v.get(0), v.get(1)), weights, "head");
        });
    }

    private static Tensor normalized(Tensor x, Tensor scale, Tensor shift) {
        return TorchOps.layerNorm(x).mul(scale.add(TorchOps.scalar(1))).add_(shift);
    }

    private Tensor block(String name, Tensor x, Tensor condition, Tensor shared) {
        TensorVector v = layers.vectors(condition, shared, name);
        Tensor attended = attention(name + "attn.", normalized(x, v.get(2), v.get(4)));
        Tensor middle = x.add(attended.mul_(v.get(0)));
        Tensor wide = TorchOps.linear(normalized(middle, v.get(3), v.get(5)), weights, name + "ffn.fc1");
        Tensor narrow = TorchOps.linear(torch.gelu(wide, "tanh"), weights, name + "ffn.fc2");
        return middle.add(narrow.mul(v.get(1)));
    }

    private Tensor attention(String name, Tensor x) {
        long batch = x.size(0);
        long tokens = x.size(1);
        TorchLayers.Heads heads = layers.heads(x, name);
        Tensor joined = torch.scaled_dot_product_attention(
                        heads.queries(),
                        heads.keys(),
                        heads.values(),
                        new TensorOptional(mask),
                        0,
                        false,
                        new DoubleOptional(heads.scale()),
                        false)
                .transpose(1, 2)
                .reshape(batch, tokens, spec.width());
        return TorchOps.linear(joined, weights, name + "proj");
    }

    @Override
    public void close() {
        levels.releaseReference();
        mask.releaseReference();
    }
}
