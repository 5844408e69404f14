package org.nextscale.api.model;

import java.util.List;
import org.nextscale.api.InvalidInputException;

/**
 * The shape of the multi-scale VQVAE (VAR, section 3.2): a convolutional encoder and decoder around a residual
 * quantiser. Immutable.
 *
 * @param channels width of the first level ({@code ch})
 * @param channelMultipliers width of each level as a multiple of {@code channels} ({@code ch_mult}); each level but the
 *     last halves the resolution
 * @param residualBlocks residual blocks a level in the encoder; the decoder has one more
 * @param latentChannels channels of the feature map and length of a code ({@code z_channels})
 * @param vocabularySize number of codes
 * @param phiCount how many Phi convolutions the scales share ({@code share_quant_resi}); 0 for one each scale
 * @param cosine nearest code by cosine instead of Euclidean distance ({@code using_znorm})
 */
public record TokenizerSpec(
        int channels,
        List<Integer> channelMultipliers,
        int residualBlocks,
        int latentChannels,
        int vocabularySize,
        int phiCount,
        boolean cosine) {

    /** Groups of every GroupNorm. */
    public static final int NORM_GROUPS = 32;
    /** Epsilon of every GroupNorm and LayerNorm of both networks. */
    public static final double NORM_EPSILON = 1e-6;

    public TokenizerSpec {
        channelMultipliers = List.copyOf(channelMultipliers);
        require(channels > 0 && channels % NORM_GROUPS == 0, "ch", channels, "a positive multiple of 32");
        require(
                !channelMultipliers.isEmpty() && channelMultipliers.size() <= 8,
                "ch_mult",
                channelMultipliers,
                "1 to 8 levels");
        for (int multiplier : channelMultipliers) {
            require(multiplier > 0 && multiplier <= 64, "ch_mult", channelMultipliers, "1..64 each");
        }
        require(residualBlocks > 0 && residualBlocks <= 16, "num_res_blocks", residualBlocks, "1..16");
        require(latentChannels > 0 && latentChannels <= 4096, "z_channels", latentChannels, "1..4096");
        require(vocabularySize > 1, "vocab_size", vocabularySize, "at least 2");
        require(phiCount >= 0 && phiCount <= 256, "share_quant_resi", phiCount, "0..256");
    }

    public int levels() {
        return channelMultipliers.size();
    }

    /** Channels of level {@code level}. */
    public int channels(int level) {
        return channels * channelMultipliers.get(level);
    }

    /** Pixels along an edge of one feature-map cell, {@code 2^(levels - 1)}. */
    public int downsampling() {
        return 1 << (levels() - 1);
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new InvalidInputException("tokenizer: " + name + " is " + value + ", must be " + allowed);
        }
    }
}
