package org.nextscale.benchmarks.libtorch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TransformerSpec;

/** Layers of the public code's transformer that are the same whether it generates or is trained. */
record TorchLayers(TransformerSpec spec, TorchWeights weights) {
    private static final double LARGEST_LOG_SCALE = Math.log(100);

    /**
     * Attention's inputs, {@code [rows, heads, tokens, headSize]}.
     *
     * @param scale of the scores
     */
    record Heads(Tensor queries, Tensor keys, Tensor values, double scale) {}

    /** AdaLN's output, {@code [rows, 1, count, width]}. */
    Tensor vectors(Tensor condition, String name, int count) {
        return TorchOps.linear(torch.silu(condition), weights, name).view(-1, 1, count, spec.width());
    }

    /**
     * A block's six vectors.
     *
     * @param shared AdaLN's output for all blocks; {@code null} if each has its own
     */
    TensorVector vectors(Tensor condition, Tensor shared, String block) {
        Tensor adaLn = shared == null
                ? vectors(condition, block + "ada_lin.1", 6)
                : shared.add(weights.get(block + "ada_gss"));
        return adaLn.unbind(2);
    }

    /** Queries, keys and values of {@code x [rows, tokens, width]}. */
    Heads heads(Tensor x, String attention) {
        Tensor queryBias = weights.get(attention + "q_bias");
        Tensor keyBias = torch.zeros_like(queryBias);
        Tensor bias = torch.cat(new TensorVector(queryBias, keyBias, weights.get(attention + "v_bias")), 0);
        TensorVector qkv = torch.linear(x, weights.get(attention + "mat_qkv.weight"), TorchOps.optional(bias))
                .view(x.size(0), x.size(1), 3, spec.heads(), spec.headSize())
                .permute(2, 0, 3, 1, 4)
                .unbind(0);
        if (!spec.l2NormAttention()) {
            return new Heads(qkv.get(0), qkv.get(1), qkv.get(2), 0.25 / Math.sqrt(spec.headSize()));
        }
        Tensor factor = weights.get(attention + "scale_mul_1H11")
                .clamp_max(TorchOps.scalar(LARGEST_LOG_SCALE))
                .exp();
        Tensor queries = TorchOps.normalize(qkv.get(0)).mul(factor);
        return new Heads(queries, TorchOps.normalize(qkv.get(1)), qkv.get(2), 1);
    }
}
