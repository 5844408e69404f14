package org.nextscale.api.tokenizer;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The feature map f̂ of a batch, growing scale by scale. For the quantizer of VAR, a scale's embeddings are enlarged bicubically to full
 * size, mended by Phi, and added up (section 3.2); other types go their own way. For one thread.
 */
@ConsumerType
public interface FeatureAccumulator {

    /**
     * Adds the next scale.
     *
     * @param embeddings {@code [batch, tokens, z]}
     * @throws IllegalStateException after the last scale
     */
    void add(float[] embeddings);

    /**
     * What the transformer sees at the next scale: f̂, area-downsampled, {@code [batch, tokens, z]}; empty before the first
     * scale and after the last.
     */
    float[] nextInput();

    /** f̂ so far, as a copy. */
    FeatureMap featureMap();
}
