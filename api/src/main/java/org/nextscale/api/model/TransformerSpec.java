package org.nextscale.api.model;

import org.nextscale.api.InvalidInputException;

/**
 * The shape of the scale-wise transformer (VAR, section 3.3 and its public code). Immutable.
 *
 * @param depth number of blocks
 * @param width channels of the residual stream ({@code embed_dim}), 64 · depth in the published models
 * @param heads attention heads
 * @param feedForward width of the hidden layer of the MLP, 4 · width
 * @param classes number of class labels; the index {@code classes} itself is the unconditional label
 * @param sharedAdaLn one AdaLN linear for all blocks plus a learned {@code ada_gss} a block, as in d36
 * @param l2NormAttention queries and keys are L2-normalised with a learned scale a head; otherwise plain attention scaled
 *     by 0.25/√headSize
 * @param latentChannels channels of the feature map that later scales are embedded from
 * @param vocabularySize number of codes
 * @param pyramid the scales it was trained for
 */
public record TransformerSpec(
        int depth,
        int width,
        int heads,
        int feedForward,
        int classes,
        boolean sharedAdaLn,
        boolean l2NormAttention,
        int latentChannels,
        int vocabularySize,
        ScalePyramid pyramid) {

    public TransformerSpec {
        require(depth > 0 && depth <= 1024, "depth", depth, "1..1024");
        require(width > 0 && width <= 1 << 16, "embed_dim", width, "1..65536");
        require(heads > 0 && width % heads == 0, "num_heads", heads, "a divisor of embed_dim " + width);
        require(feedForward > 0 && feedForward <= 1 << 20, "feed-forward width", feedForward, "1..1048576");
        require(classes > 0, "num_classes", classes, "at least 1");
        require(latentChannels > 0, "z_channels", latentChannels, "at least 1");
        require(vocabularySize > 1, "vocab_size", vocabularySize, "at least 2");
    }

    /** Channels of one attention head. */
    public int headSize() {
        return width / heads;
    }

    /** The label that stands for "no class". */
    public int unconditionalLabel() {
        return classes;
    }

    private static void require(boolean holds, String name, Object value, String allowed) {
        if (!holds) {
            throw new InvalidInputException("transformer: " + name + " is " + value + ", must be " + allowed);
        }
    }
}
