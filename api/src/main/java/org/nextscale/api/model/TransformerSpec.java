package org.nextscale.api.model;

import java.util.Objects;
import org.nextscale.api.InvalidInputException;

/**
 * The shape of the scale-wise transformer (VAR, section 3.3 and its public code). Immutable; made by a {@link #builder}.
 */
public final class TransformerSpec {
    /** The transformer of VAR, what a model has that names none. */
    public static final String VAR = "var";

    private final Values values;

    private record Values(
            String type,
            int depth,
            int width,
            int heads,
            int feedForward,
            int classes,
            boolean sharedAdaLn,
            boolean l2NormAttention,
            int latentChannels,
            int vocabularySize,
            ScalePyramid pyramid) {}

    private TransformerSpec(Values values) {
        this.values = values;
        require(depth() > 0 && depth() <= 1024, "depth", depth(), "1..1024");
        require(width() > 0 && width() <= 1 << 16, "embed_dim", width(), "1..65536");
        require(heads() > 0 && width() % heads() == 0, "num_heads", heads(), "a divisor of embed_dim " + width());
        require(feedForward() > 0 && feedForward() <= 1 << 20, "feed-forward width", feedForward(), "1..1048576");
        require(classes() > 0, "num_classes", classes(), "at least 1");
        require(latentChannels() > 0, "z_channels", latentChannels(), "at least 1");
        require(vocabularySize() > 1, "vocab_size", vocabularySize(), "at least 2");
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new InvalidInputException("transformer: " + name + " is " + value + ", must be " + allowed);
        }
    }

    /** A builder with the proportions of the published models: width 64 · depth, heads of 64 channels, an MLP of 4 · width. */
    public static Builder builder(int depth) {
        return new Builder(depth);
    }

    /** A builder that begins with everything as it is here. */
    public Builder toBuilder() {
        Builder builder = new Builder(depth());
        builder.type = type();
        builder.width = width();
        builder.heads = heads();
        builder.feedForward = feedForward();
        builder.classes = classes();
        builder.sharedAdaLn = sharedAdaLn();
        builder.l2NormAttention = l2NormAttention();
        builder.latentChannels = latentChannels();
        builder.vocabularySize = vocabularySize();
        builder.pyramid = pyramid();
        return builder;
    }

    /**
     * Which kind of transformer it is: {@value #VAR}, or another that a backend must say it knows
     * ({@code BackendProvider.transformerTypes}).
     */
    public String type() {
        return values.type;
    }

    /** Number of blocks. */
    public int depth() {
        return values.depth;
    }

    /** Channels of the residual stream ({@code embed_dim}), 64 · depth in the published models. */
    public int width() {
        return values.width;
    }

    /** Attention heads. */
    public int heads() {
        return values.heads;
    }

    /** Width of the hidden layer of the MLP, 4 · width. */
    public int feedForward() {
        return values.feedForward;
    }

    /** Number of classes; the class embedding has one row more, for {@link Condition#NONE}. */
    public int classes() {
        return values.classes;
    }

    /** One AdaLN linear for all blocks plus a learned {@code ada_gss} a block, as in d36. */
    public boolean sharedAdaLn() {
        return values.sharedAdaLn;
    }

    /**
     * Queries and keys are L2-normalized with a learned scale a head; otherwise plain attention scaled by 0.25/√headSize.
     */
    public boolean l2NormAttention() {
        return values.l2NormAttention;
    }

    /** Channels of the feature map that later scales are embedded from. */
    public int latentChannels() {
        return values.latentChannels;
    }

    /** Number of codes. */
    public int vocabularySize() {
        return values.vocabularySize;
    }

    /** The scales it was trained for. */
    public ScalePyramid pyramid() {
        return values.pyramid;
    }

    /** Channels of one attention head. */
    public int headSize() {
        return width() / heads();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TransformerSpec spec && values.equals(spec.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString().replaceFirst("Values", "TransformerSpec");
    }

    /** Fills a {@link TransformerSpec}. For one thread. */
    public static final class Builder {
        private static final int HEAD_SIZE = 64;

        private int depth;
        private String type = VAR;
        private int width;
        private int heads;
        private int feedForward;
        private int classes = 1000;
        private boolean sharedAdaLn;
        private boolean l2NormAttention = true;
        private int latentChannels = 32;
        private int vocabularySize = 4096;
        private ScalePyramid pyramid = ScalePyramid.PX256;

        private Builder(int depth) {
            this.depth = depth;
            width = HEAD_SIZE * depth;
            heads = depth;
            feedForward = 4 * width;
        }

        public Builder type(String name) {
            type = Objects.requireNonNull(name);
            return this;
        }

        /** Blocks; {@link TransformerSpec#builder} has set the width to suit them. */
        public Builder depth(int blocks) {
            depth = blocks;
            return this;
        }

        /** The width and an MLP of four times that. */
        public Builder width(int channels) {
            width = channels;
            feedForward = 4 * channels;
            return this;
        }

        public Builder heads(int count) {
            heads = count;
            return this;
        }

        /** After {@link #width}, which sets it too. */
        public Builder feedForward(int channels) {
            feedForward = channels;
            return this;
        }

        public Builder classes(int count) {
            classes = count;
            return this;
        }

        public Builder sharedAdaLn(boolean shared) {
            sharedAdaLn = shared;
            return this;
        }

        public Builder l2NormAttention(boolean normalized) {
            l2NormAttention = normalized;
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

        public Builder pyramid(ScalePyramid scales) {
            pyramid = Objects.requireNonNull(scales);
            return this;
        }

        /** With the codes and channels of a tokenizer. */
        public Builder tokens(TokenizerSpec tokenizer) {
            return latentChannels(tokenizer.latentChannels()).vocabularySize(tokenizer.vocabularySize());
        }

        /** @throws InvalidInputException if something is out of range, in one line */
        public TransformerSpec build() {
            return new TransformerSpec(new Values(
                    type,
                    depth,
                    width,
                    heads,
                    feedForward,
                    classes,
                    sharedAdaLn,
                    l2NormAttention,
                    latentChannels,
                    vocabularySize,
                    pyramid));
        }
    }
}
