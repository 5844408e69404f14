package org.nextscale.api.tokenizer;

import java.util.Optional;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Images to multi-scale tokens and back (VAR, section 3.2, algorithms 1 and 2), for any pyramid whose finest side is the
 * feature map's. Immutable and thread-safe. Code indices out of range are an {@link IndexOutOfBoundsException}.
 */
@ConsumerType
public interface VisualTokenizer {

    TokenizerSpec spec();

    /** Images to the feature map f. */
    FeatureMap encode(Pixels images);

    /** The feature map f̂ to images in [-1, 1]. */
    Pixels decode(FeatureMap features);

    /** Residual quantisation of f: the nearest code of every cell, scale by scale (algorithm 1). */
    MultiScaleTokens quantize(FeatureMap features, ScalePyramid pyramid);

    /** f̂ accumulated over scales 0 to {@code lastScale} (algorithm 2). */
    FeatureMap accumulate(MultiScaleTokens tokens, int lastScale);

    /**
     * What the transformer sees under teacher forcing: f̂ up to each scale but the last, area-downsampled to the next.
     *
     * @return {@code [batch, L − first, z]}
     */
    float[] teacherForcingInput(MultiScaleTokens tokens);

    /** Starts accumulating a batch scale by scale. */
    FeatureAccumulator accumulator(int batch, ScalePyramid pyramid);

    /**
     * The codes of tokens.
     *
     * @param tokens code indices
     * @return {@code [tokens.length, z]}
     */
    float[] embed(int[] tokens);

    /**
     * Weighted mixtures of codes.
     *
     * @param weights {@code [rows, vocabulary]}, row-major
     * @return {@code [rows, z]}
     */
    float[] mix(float[] weights);

    /** What a device needs to go the way from tokens to f̂ itself; empty for a tokenizer that goes another way. */
    default Optional<Quantiser> quantiser() {
        return Optional.empty();
    }
}
