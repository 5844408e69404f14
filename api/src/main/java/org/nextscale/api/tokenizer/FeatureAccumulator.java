package org.nextscale.api.tokenizer;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * The feature map f̂ of a batch, growing scale by scale: embeddings of the scale, bicubic to full size, Phi, added up.
 * For one thread.
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
