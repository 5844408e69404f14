package org.nextscale.api.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.nextscale.api.InvalidInputException;

/**
 * The shape of a tokenizer: a convolutional encoder and decoder (VAR, section 3.2), and what quantizes between them. Immutable;
 * made by a {@link #builder}.
 */
public final class TokenizerSpec {
    /** The multi-scale residual quantizer of VAR (section 3.2), what a model has that names none. */
    public static final String MULTI_SCALE_VQ = "multi-scale-vq";

    /** Groups of every GroupNorm. */
    public static final int NORM_GROUPS = 32;

    /** Epsilon of every GroupNorm and LayerNorm of both networks. */
    public static final double NORM_EPSILON = 1e-6;

    private final Values values;

    private record Values(
            String type,
            Map<String, String> parameters,
            int channels,
            List<Integer> channelMultipliers,
            int residualBlocks,
            int latentChannels,
            int vocabularySize,
            int phiCount,
            boolean cosine) {}

    private TokenizerSpec(Values values) {
        this.values = values;
        require(channels() > 0 && channels() % NORM_GROUPS == 0, "ch", channels(), "a positive multiple of 32");
        List<Integer> multipliers = channelMultipliers();
        require(!multipliers.isEmpty() && multipliers.size() <= 8, "ch_mult", multipliers, "1 to 8 levels");
        for (int multiplier : multipliers) {
            require(multiplier > 0 && multiplier <= 64, "ch_mult", multipliers, "1..64 each");
        }
        require(residualBlocks() > 0 && residualBlocks() <= 16, "num_res_blocks", residualBlocks(), "1..16");
        require(latentChannels() > 0 && latentChannels() <= 4096, "z_channels", latentChannels(), "1..4096");
        require(vocabularySize() > 1, "vocab_size", vocabularySize(), "at least 2");
        require(phiCount() >= 0 && phiCount() <= 256, "share_quant_resi", phiCount(), "0..256");
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new InvalidInputException("tokenizer: " + name + " is " + value + ", must be " + allowed);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with everything as it is here. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.type = type();
        builder.parameters = parameters();
        builder.channels = channels();
        builder.channelMultipliers = channelMultipliers();
        builder.residualBlocks = residualBlocks();
        builder.latentChannels = latentChannels();
        builder.vocabularySize = vocabularySize();
        builder.phiCount = phiCount();
        builder.cosine = cosine();
        return builder;
    }

    /** Id of the {@code VisualTokenizerProvider} that makes it. */
    public String type() {
        return values.type;
    }

    /** What that provider is told, by name; values not given take its defaults. */
    public Map<String, String> parameters() {
        return values.parameters;
    }

    /** Width of the first level ({@code ch}). */
    public int channels() {
        return values.channels;
    }

    /** Width of each level as a multiple of {@link #channels()} ({@code ch_mult}); each but the last halves the resolution. */
    public List<Integer> channelMultipliers() {
        return values.channelMultipliers;
    }

    /** Residual blocks a level in the encoder; the decoder has one more. */
    public int residualBlocks() {
        return values.residualBlocks;
    }

    /** Channels of the feature map and length of a code ({@code z_channels}). */
    public int latentChannels() {
        return values.latentChannels;
    }

    /** Number of codes. */
    public int vocabularySize() {
        return values.vocabularySize;
    }

    /** How many Phi convolutions the scales share ({@code share_quant_resi}); 0 for one each scale. */
    public int phiCount() {
        return values.phiCount;
    }

    /** Nearest code by cosine instead of Euclidean distance ({@code using_znorm}). */
    public boolean cosine() {
        return values.cosine;
    }

    public int levels() {
        return channelMultipliers().size();
    }

    /** Channels of level {@code level}. */
    public int channels(int level) {
        return channels() * channelMultipliers().get(level);
    }

    /** Pixels along an edge of one feature-map cell, {@code 2^(levels - 1)}. */
    public int downsampling() {
        return 1 << (levels() - 1);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TokenizerSpec spec && values.equals(spec.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString().replaceFirst("Values", "TokenizerSpec");
    }

    /** Fills a {@link TokenizerSpec}; it begins as the published tokenizer, {@code vae_ch160v4096z32}. For one thread. */
    public static final class Builder {
        private String type = MULTI_SCALE_VQ;
        private Map<String, String> parameters = Map.of();
        private int channels = 160;
        private List<Integer> channelMultipliers = List.of(1, 1, 2, 2, 4);
        private int residualBlocks = 2;
        private int latentChannels = 32;
        private int vocabularySize = 4096;
        private int phiCount = 4;
        private boolean cosine;

        private Builder() {}

        public Builder type(String id) {
            type = Objects.requireNonNull(id);
            return this;
        }

        public Builder parameters(Map<String, String> byName) {
            parameters = Map.copyOf(byName);
            return this;
        }

        public Builder channels(int count) {
            channels = count;
            return this;
        }

        public Builder channelMultipliers(List<Integer> multipliers) {
            channelMultipliers = List.copyOf(multipliers);
            return this;
        }

        public Builder residualBlocks(int count) {
            residualBlocks = count;
            return this;
        }

        public Builder latentChannels(int count) {
            latentChannels = count;
            return this;
        }

        public Builder vocabularySize(int codes) {
            vocabularySize = codes;
            return this;
        }

        public Builder phiCount(int count) {
            phiCount = count;
            return this;
        }

        public Builder cosine(boolean distance) {
            cosine = distance;
            return this;
        }

        /** @throws InvalidInputException if something is out of range, in one line */
        public TokenizerSpec build() {
            return new TokenizerSpec(new Values(
                    type,
                    Collections.unmodifiableMap(new TreeMap<>(parameters)),
                    channels,
                    channelMultipliers,
                    residualBlocks,
                    latentChannels,
                    vocabularySize,
                    phiCount,
                    cosine));
        }
    }
}
