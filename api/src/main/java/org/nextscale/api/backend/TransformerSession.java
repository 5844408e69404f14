package org.nextscale.api.backend;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * One batch of images on its way from the coarsest to the finest scale. Used by one thread at a time; owns the key/value
 * cache of all scales, which closing returns, at any moment. What it may rely on: {@link Backend}.
 */
@ConsumerType
public interface TransformerSession extends AutoCloseable {
    /**
     * Runs the next scale: the first call scale 0, and so on.
     *
     * @param input {@code [batch, tokens, z]}, the feature map so far, area-downsampled to this scale; not read at scale 0,
     *     which starts from the class embedding, and empty there
     * @param unconditional whether the unconditional half is still wanted; once {@code false} it does not come back
     * @return the logits of this scale, valid until the next call or {@link #close}
     */
    ScaleLogits next(float[] input, boolean unconditional);

    /**
     * Runs several scales whose inputs are known already, for their keys and values alone: another model drew their tokens.
     * What comes next is the scale behind them.
     *
     * @param inputs for every scale as for {@link #next}
     * @param unconditional as there
     */
    default void prefill(List<float[]> inputs, boolean unconditional) {
        inputs.forEach(input -> next(input, unconditional));
    }

    @Override
    void close();
}
