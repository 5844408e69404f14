package org.nextscale.api.tokenizer;

import java.util.Optional;
import org.nextscale.api.image.Pixels;
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

    /**
     * Quantization of f, scale by scale; for VAR's quantizer the nearest code of every cell's residue (algorithm 1).
     *
     * @param features of the pyramid's finest side, {@code [batch, z, side, side]}; the engine passes on no others
     */
    MultiScaleTokens quantize(FeatureMap features, ScalePyramid pyramid);

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

    /** f̂ accumulated over scales 0 to {@code lastScale} (algorithm 2). */
    default FeatureMap accumulate(MultiScaleTokens tokens, int lastScale) {
        FeatureAccumulator features = accumulator(tokens.batch(), tokens.pyramid());
        for (int k = 0; k <= lastScale; k++) {
            features.add(embed(tokens.scales().get(k)));
        }
        return features.featureMap();
    }

    /**
     * What the transformer sees under teacher forcing: f̂ up to each scale but the last, area-downsampled to the next.
     *
     * @return {@code [batch, L − first, z]}
     */
    default float[] teacherForcingInput(MultiScaleTokens tokens) {
        ScalePyramid pyramid = tokens.pyramid();
        int z = spec().latentChannels();
        int first = pyramid.tokens(0);
        int ofImage = (pyramid.totalTokens() - first) * z;
        float[] inputs = new float[tokens.batch() * ofImage];
        FeatureAccumulator features = accumulator(tokens.batch(), pyramid);
        for (int k = 0; k + 1 < pyramid.scales(); k++) {
            features.add(embed(tokens.scales().get(k)));
            float[] next = features.nextInput();
            int length = pyramid.tokens(k + 1) * z;
            int at = (pyramid.begin(k + 1) - first) * z;
            for (int image = 0; image < tokens.batch(); image++) {
                System.arraycopy(next, image * length, inputs, image * ofImage + at, length);
            }
        }
        return inputs;
    }

    /** What a device needs to go the way from tokens to f̂ itself; empty for a tokenizer that goes another way. */
    default Optional<QuantizerTables> quantizerTables() {
        return Optional.empty();
    }
}
