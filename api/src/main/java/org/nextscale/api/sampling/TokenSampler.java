package org.nextscale.api.sampling;

import org.nextscale.api.model.Scale;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Chooses the tokens of a scale from their logits. A pure function of its arguments: all randomness comes from the stream,
 * so that the same request makes the same image. Thread-safe.
 */
@ConsumerType
public interface TokenSampler {

    /**
     * Chooses all tokens of one scale of one image.
     *
     * @param logits guided scores, {@code [tokens, vocabulary]} row-major; the sampler may overwrite them
     * @param random the stream of this image and scale
     */
    SampledTokens sample(Scale scale, float[] logits, RandomStream random);
}
