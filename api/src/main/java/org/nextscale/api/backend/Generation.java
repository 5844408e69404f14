package org.nextscale.api.backend;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * One batch of images on its way from the coarsest to the finest scale. Used by one thread at a time; owns the key/value
 * cache of all scales. Closing it returns that memory, at any moment and harmlessly twice.
 */
@ConsumerType
public interface Generation extends AutoCloseable {

    /**
     * Runs the next scale: the first call scale 0, and so on.
     *
     * @param input {@code [batch, tokens, z]}, the feature map so far, area-downsampled to this scale; not read at scale 0,
     *     which starts from the class embedding, and may be empty there
     * @param unconditional whether the unconditional half is still wanted; once {@code false} it cannot come back
     * @return the logits of this scale, valid until the next call or {@link #close}
     * @throws IllegalStateException after the last scale or after closing, or when the unconditional half is asked for
     *     but was not begun or has been given up
     */
    ScaleLogits next(float[] input, boolean unconditional);

    @Override
    void close();
}
