package org.nextscale.backend.support;

import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;

/**
 * The tokenizer's two convolutional networks, layer by layer in the order they run: the one place that knows it. Whoever builds,
 * counts or names the layers visits them.
 */
public final class TokenizerLayers {
    private TokenizerLayers() {}

    /**
     * Is shown every layer. Names are those of the state dict; {@code NAME.weight} and {@code NAME.bias} are its tensors, or
     * what the layer's own documentation says.
     */
    public interface Visitor {
        /** A 3×3 convolution with zero padding. */
        void convolution(String name, int in, int out);

        /**
         * GroupNorm {@code NAME.norm1}, SiLU, 3×3 {@code NAME.conv1}, GroupNorm {@code NAME.norm2}, SiLU, 3×3
         * {@code NAME.conv2}, added to its input; that goes through a 1×1 {@code NAME.nin_shortcut} where the channels differ.
         */
        void residualBlock(String name, int in, int out);

        /**
         * GroupNorm {@code NAME.norm}, 1×1 {@code NAME.qkv} to queries, keys and values, attention over all cells scaled by
         * 1/√channels, 1×1 {@code NAME.proj_out}, added to its input.
         */
        void attention(String name, int channels);

        /** One row of zeros below and one column to the right, then a 3×3 convolution with stride 2. */
        void downsample(String name, int channels);

        /** Every cell doubled in both directions (nearest), then a 3×3 convolution. */
        void upsample(String name, int channels);

        /** GroupNorm {@code norm}, SiLU, 3×3 {@code convolution}. */
        void output(String norm, String convolution, int in, int out);
    }

    /** From pixels to f: the encoder, then {@code quant_conv}. */
    public static void encoder(TokenizerSpec spec, Visitor visitor) {
        int lowest = spec.levels() - 1;
        int channels = spec.channels();
        visitor.convolution("encoder.conv_in", Pixels.CHANNELS, channels);
        for (int level = 0; level <= lowest; level++) {
            String name = "encoder.down." + level + ".";
            for (int block = 0; block < spec.residualBlocks(); block++) {
                visitor.residualBlock(name + "block." + block, channels, spec.channels(level));
                channels = spec.channels(level);
                if (level == lowest) {
                    visitor.attention(name + "attn." + block, channels);
                }
            }
            if (level < lowest) {
                visitor.downsample(name + "downsample.conv", channels);
            }
        }
        middle("encoder.mid.", channels, visitor);
        visitor.output("encoder.norm_out", "encoder.conv_out", channels, spec.latentChannels());
        visitor.convolution("quant_conv", spec.latentChannels(), spec.latentChannels());
    }

    /** From f̂ to pixels: {@code post_quant_conv}, then the decoder. What comes out is clamped to [-1, 1]. */
    public static void decoder(TokenizerSpec spec, Visitor visitor) {
        int lowest = spec.levels() - 1;
        int channels = spec.channels(lowest);
        visitor.convolution("post_quant_conv", spec.latentChannels(), spec.latentChannels());
        visitor.convolution("decoder.conv_in", spec.latentChannels(), channels);
        middle("decoder.mid.", channels, visitor);
        for (int level = lowest; level >= 0; level--) {
            String name = "decoder.up." + level + ".";
            for (int block = 0; block <= spec.residualBlocks(); block++) {
                visitor.residualBlock(name + "block." + block, channels, spec.channels(level));
                channels = spec.channels(level);
                if (level == lowest) {
                    visitor.attention(name + "attn." + block, channels);
                }
            }
            if (level > 0) {
                visitor.upsample(name + "upsample.conv", channels);
            }
        }
        visitor.output("decoder.norm_out", "decoder.conv_out", channels, Pixels.CHANNELS);
    }

    private static void middle(String name, int channels, Visitor visitor) {
        visitor.residualBlock(name + "block_1", channels, channels);
        visitor.attention(name + "attn_1", channels);
        visitor.residualBlock(name + "block_2", channels, channels);
    }
}
