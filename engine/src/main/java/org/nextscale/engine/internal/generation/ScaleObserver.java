package org.nextscale.engine.internal.generation;

import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.tokenizer.FeatureAccumulator;

/** Watches the scale loop: progress, profiles, cancellation, conformance. What it throws ends the loop. */
public interface ScaleObserver {

    default void begins(Scale scale) {}

    /** The transformer is done. */
    default void predicted(Scale scale, ScaleLogits logits) {}

    /** Guided scores of one image, {@code [tokens, vocabulary]}, before the sampler; called by several threads at once. */
    default void guided(Scale scale, int image, float[] scores) {}

    /** What the sampler chose for one image; called by several threads at once. */
    default void sampled(Scale scale, int image, SampledTokens tokens) {}

    default void ends(Scale scale, FeatureAccumulator features) {}
}
