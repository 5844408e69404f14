package org.nextscale.training.internal.network;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.support.TokenizerLayers;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/** The convolutional encoder and decoder of the tokenizer (VAR, section 3.2, after VQGAN). For one thread. */
public final class AutoencoderNetwork {
    /** The decoder's last convolution; its weight balances the adversarial loss. */
    public static final String LAST_LAYER = "decoder.conv_out";

    private final TokenizerSpec spec;
    private final TensorSet weights;

    /** @param weights which this does not close */
    public AutoencoderNetwork(TokenizerSpec spec, TensorSet weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /** Pixels {@code [batch, 3, height, width]} in [-1, 1] to features {@code [batch, z, side, side]}. */
    public Tensor encode(Tensor pixels) {
        Pass pass = new Pass(pixels);
        TokenizerLayers.encoder(spec, pass);
        return pass.x;
    }

    /** Features {@code [batch, z, side, side]} to pixels {@code [batch, 3, height, width]}, not cut off at ±1. */
    public Tensor decode(Tensor features) {
        Pass pass = new Pass(features);
        TokenizerLayers.decoder(spec, pass);
        return pass.x;
    }

    /** A tensor on its way through the layers. */
    private final class Pass implements TokenizerLayers.Visitor {
        private Tensor x;

        Pass(Tensor x) {
            this.x = x;
        }

        @Override
        public void convolution(String name, int in, int out) {
            Tensor before = x;
            x = Ops.part(() -> Ops.convolution(before, weights, name));
        }

        @Override
        public void residualBlock(String name, int in, int out) {
            x = AutoencoderNetwork.this.residualBlock(x, name);
        }

        @Override
        public void attention(String name, int channels) {
            x = AutoencoderNetwork.this.attention(x, name);
        }

        /** Half the size; the zeros stand to the right and below only, as in VQGAN. */
        @Override
        public void downsample(String name, int channels) {
            Tensor before = x;
            x = Ops.part(() -> Ops.convolution(
                    torch.constant_pad_nd(before, new long[] {0, 1, 0, 1}, Ops.scalar(0)), weights, name, 2, 0));
        }

        @Override
        public void upsample(String name, int channels) {
            Tensor before = x;
            x = Ops.part(() -> Ops.convolution(
                    torch.upsample_nearest2d(before, 2 * before.size(2), 2 * before.size(3)), weights, name));
        }

        @Override
        public void output(String norm, String convolution, int in, int out) {
            Tensor before = x;
            x = Ops.part(() -> Ops.convolution(torch.silu(Ops.groupNorm(before, weights, norm)), weights, convolution));
        }
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
}
