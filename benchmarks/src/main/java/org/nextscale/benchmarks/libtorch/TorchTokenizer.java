package org.nextscale.benchmarks.libtorch;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;

/** The tokenizer's half of generation in libtorch: codes to the accumulated feature map f̂, and the decoder. */
final class TorchTokenizer {
    private final TokenizerSpec spec;
    private final ScalePyramid pyramid;
    private final TorchWeights weights;

    TorchTokenizer(ModelSpec spec, TorchWeights weights) {
        this.spec = spec.tokenizer();
        pyramid = spec.pyramid();
        this.weights = weights;
    }

    /** f̂ of nothing, {@code [batch, z, side, side]}. */
    Tensor empty(int batch) {
        int side = pyramid.finestSide();
        return torch.zeros(batch, spec.latentChannels(), side, side);
    }

    /**
     * Adds a scale.
     *
     * @param tokens {@code [batch, tokens]}
     * @return f̂ with it
     */
    Tensor accumulate(int scale, Tensor featureMap, Tensor tokens) {
        int side = pyramid.side(scale);
        int full = pyramid.finestSide();
        Tensor h = torch.embedding(weights.get("quantize.embedding.weight"), tokens)
                .transpose(1, 2)
                .reshape(tokens.size(0), spec.latentChannels(), side, side);
        if (side != full) {
            h = torch.upsample_bicubic2d(h, new long[] {full, full}, false);
        }
        Tensor convolved = TorchOps.convolution(h, weights, phi(scale));
        return featureMap.add(h.mul(TorchOps.scalar(0.5)).add(convolved.mul(TorchOps.scalar(0.5))));
    }

    /** What the next scale sees of f̂, {@code [batch, tokens, z]}. */
    Tensor input(int scale, Tensor featureMap) {
        long side = pyramid.side(scale);
        Tensor small = torch.adaptive_avg_pool2d(featureMap, side, side);
        return small.view(featureMap.size(0), spec.latentChannels(), -1).transpose(1, 2);
    }

    private String phi(int scale) {
        int count = spec.phiCount();
        return switch (count) {
            case 0 -> "quantize.quant_resi." + scale;
            case 1 -> "quantize.quant_resi.qresi";
            default -> "quantize.quant_resi.qresi_ls." + pyramid.scale(scale).phi(count);
        };
    }

    /** f̂ to pixels in [-1, 1], {@code [batch, 3, height, width]}. */
    Tensor decode(Tensor featureMap) {
        int lowest = spec.levels() - 1;
        Tensor x = TorchOps.step(() -> TorchOps.convolution(
                TorchOps.convolution(featureMap, weights, "post_quant_conv"), weights, "decoder.conv_in"));
        x = residualBlock(x, "decoder.mid.block_1");
        x = attention(x, "decoder.mid.attn_1");
        x = residualBlock(x, "decoder.mid.block_2");
        for (int level = lowest; level >= 0; level--) {
            String name = "decoder.up." + level;
            for (int block = 0; block <= spec.residualBlocks(); block++) {
                x = residualBlock(x, name + ".block." + block);
                if (level == lowest) {
                    x = attention(x, name + ".attn." + block);
                }
            }
            if (level > 0) {
                x = upsample(x, name + ".upsample.conv");
            }
        }
        Tensor last = x;
        return TorchOps.step(() -> torch.hardtanh(TorchOps.convolution(
                torch.silu(TorchOps.groupNorm(last, weights, "decoder.norm_out")), weights, "decoder.conv_out")));
    }

    private Tensor residualBlock(Tensor x, String name) {
        return TorchOps.step(() -> {
            Tensor h = torch.silu(TorchOps.groupNorm(x, weights, name + ".norm1"));
            h = TorchOps.convolution(h, weights, name + ".conv1");
            h = torch.silu(TorchOps.groupNorm(h, weights, name + ".norm2"));
            h = TorchOps.convolution(h, weights, name + ".conv2");
            boolean same = x.size(1) == h.size(1);
            return (same ? x : TorchOps.convolution(x, weights, name + ".nin_shortcut")).add(h);
        });
    }

    private Tensor attention(Tensor x, String name) {
        return TorchOps.step(() -> {
            long batch = x.size(0);
            long channels = x.size(1);
            long cells = x.size(2) * x.size(3);
            Tensor normalized = TorchOps.groupNorm(x, weights, name + ".norm");
            TensorVector qkv = TorchOps.convolution(normalized, weights, name + ".qkv")
                    .reshape(batch, 3, channels, cells)
                    .unbind(1);
            Tensor scores =
                    torch.bmm(qkv.get(0).permute(0, 2, 1), qkv.get(1)).mul(TorchOps.scalar(1 / Math.sqrt(channels)));
            Tensor share = torch.softmax(scores, 2).permute(0, 2, 1);
            Tensor mixed = torch.bmm(qkv.get(2), share).view(batch, channels, x.size(2), x.size(3));
            return x.add(TorchOps.convolution(mixed, weights, name + ".proj_out"));
        });
    }

    private Tensor upsample(Tensor x, String name) {
        return TorchOps.step(
                () -> TorchOps.convolution(torch.upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3)), weights, name));
    }
}
