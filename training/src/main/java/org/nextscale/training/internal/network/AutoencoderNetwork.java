package org.nextscale.training.internal.network;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/** The convolutional encoder and decoder of the tokenizer (VAR, section 3.2, after VQGAN). For one thread. */
public final class AutoencoderNetwork {
    private final TokenizerSpec spec;
    private final TensorSet weights;

    /** @param weights which this does not close */
    public AutoencoderNetwork(TokenizerSpec spec, TensorSet weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /** Pixels {@code [batch, 3, height, width]} in [-1, 1] to features {@code [batch, z, side, side]}. */
    public Tensor encode(Tensor pixels) {
        int lowest = spec.levels() - 1;
        Tensor x = Ops.part(() -> Ops.convolution(pixels, weights, "encoder.conv_in"));
        for (int level = 0; level <= lowest; level++) {
            String name = "encoder.down." + level;
            for (int block = 0; block < spec.residualBlocks(); block++) {
                x = residualBlock(x, name + ".block." + block);
                if (level == lowest) {
                    x = attention(x, name + ".attn." + block);
                }
            }
            if (level < lowest) {
                x = downsample(x, name + ".downsample.conv");
            }
        }
        x = middle(x, "encoder.mid");
        Tensor last = x;
        return Ops.part(() -> Ops.convolution(
                Ops.convolution(
                        torch.silu(Ops.groupNorm(last, weights, "encoder.norm_out")), weights, "encoder.conv_out"),
                weights,
                "quant_conv"));
    }

    /** Features {@code [batch, z, side, side]} to pixels {@code [batch, 3, height, width]}, not cut off at ±1. */
    public Tensor decode(Tensor features) {
        int lowest = spec.levels() - 1;
        Tensor x = Ops.part(() ->
                Ops.convolution(Ops.convolution(features, weights, "post_quant_conv"), weights, "decoder.conv_in"));
        x = middle(x, "decoder.mid");
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
        return Ops.part(() ->
                Ops.convolution(torch.silu(Ops.groupNorm(last, weights, "decoder.norm_out")), weights, LAST_LAYER));
    }

    /** The decoder's last convolution; its weight balances the adversarial loss. */
    public static final String LAST_LAYER = "decoder.conv_out";

    private Tensor middle(Tensor x, String name) {
        return residualBlock(attention(residualBlock(x, name + ".block_1"), name + ".attn_1"), name + ".block_2");
    }

    private Tensor residualBlock(Tensor x, String name) {
        return Ops.part(() -> {
            Tensor h = torch.silu(Ops.groupNorm(x, weights, name + ".norm1"));
            h = Ops.convolution(h, weights, name + ".conv1");
            h = torch.silu(Ops.groupNorm(h, weights, name + ".norm2"));
            h = Ops.convolution(h, weights, name + ".conv2");
            Tensor skipped = x.size(1) == h.size(1) ? x : Ops.convolution(x, weights, name + ".nin_shortcut");
            return skipped.add(h);
        });
    }

    private Tensor attention(Tensor x, String name) {
        return Ops.part(() -> {
            long batch = x.size(0);
            long channels = x.size(1);
            long cells = x.size(2) * x.size(3);
            TensorVector qkv = Ops.convolution(Ops.groupNorm(x, weights, name + ".norm"), weights, name + ".qkv")
                    .reshape(batch, 3, channels, cells)
                    .transpose(2, 3)
                    .unbind(1);
            Tensor mixed = Ops.attention(
                            qkv.get(0).unsqueeze(1),
                            qkv.get(1).unsqueeze(1),
                            qkv.get(2).unsqueeze(1),
                            new TensorOptional(),
                            1 / Math.sqrt(channels))
                    .squeeze(1)
                    .transpose(1, 2)
                    .reshape(batch, channels, x.size(2), x.size(3));
            return x.add(Ops.convolution(mixed, weights, name + ".proj_out"));
        });
    }

    /** Half the size; the zeros stand to the right and below only, as in VQGAN. */
    private Tensor downsample(Tensor x, String name) {
        return Ops.part(() ->
                Ops.convolution(torch.constant_pad_nd(x, new long[] {0, 1, 0, 1}, Ops.scalar(0)), weights, name, 2, 0));
    }

    private Tensor upsample(Tensor x, String name) {
        return Ops.part(
                () -> Ops.convolution(torch.upsample_nearest2d(x, 2 * x.size(2), 2 * x.size(3)), weights, name));
    }
}
