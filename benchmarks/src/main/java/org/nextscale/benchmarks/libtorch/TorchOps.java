package org.nextscale.benchmarks.libtorch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NormalizeFuncOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TokenizerSpec;

/** libtorch's functions under the names, and with the defaults, that {@code torch.nn.functional} gives them. */
final class TorchOps {
    private static final long[] ONE = {1, 1};

    private TorchOps() {}

    /**
     * Runs one step; all that it made is freed but its result, which passes to the scope outside. Python does the same by
     * counting references.
     */
    static Tensor step(Supplier<Tensor> work) {
        Tensor result;
        try (PointerScope scope = new PointerScope()) {
            result = work.get();
            result.retainReference();
        }
        PointerScope.getInnerScope().attach(result);
        result.releaseReference();
        return result;
    }

    static Tensor linear(Tensor x, TorchWeights weights, String name) {
        return torch.linear(x, weights.get(name + ".weight"), optional(weights.get(name + ".bias")));
    }

    /** A convolution that keeps the size, 3 × 3 or 1 × 1. */
    static Tensor convolution(Tensor x, TorchWeights weights, String name) {
        Tensor kernel = weights.get(name + ".weight");
        long margin = kernel.size(2) / 2;
        return torch.conv2d(x, kernel, optional(weights.get(name + ".bias")), ONE, new long[] {margin, margin}, ONE, 1);
    }

    static Tensor groupNorm(Tensor x, TorchWeights weights, String name) {
        return torch.group_norm(
                x,
                TokenizerSpec.NORM_GROUPS,
                optional(weights.get(name + ".weight")),
                optional(weights.get(name + ".bias")),
                TokenizerSpec.NORM_EPSILON,
                true);
    }

    /** LayerNorm over the last dimension, without weights. */
    static Tensor layerNorm(Tensor x) {
        return torch.layer_norm(
                x,
                new long[] {x.size(-1)},
                new TensorOptional(),
                new TensorOptional(),
                TokenizerSpec.NORM_EPSILON,
                true);
    }

    /** Divides by the Euclidean norm along the last dimension. */
    static Tensor normalize(Tensor x) {
        NormalizeFuncOptions options = new NormalizeFuncOptions();
        options.dim().put(-1);
        return torch.normalize(x, options);
    }

    /** {@code x · (1 + scale) + shift}. */
    static Tensor modulate(Tensor x, Tensor scale, Tensor shift) {
        return x.mul(scale.add(scalar(1))).add(shift);
    }

    static Tensor cat(Tensor first, Tensor second, long dimension) {
        return torch.cat(new TensorVector(first, second), dimension);
    }

    static TensorOptional optional(Tensor tensor) {
        return new TensorOptional(tensor);
    }

    static Scalar scalar(double value) {
        return new Scalar(value);
    }
}
