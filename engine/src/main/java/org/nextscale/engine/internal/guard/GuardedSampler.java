package org.nextscale.engine.internal.guard;

import org.nextscale.api.PluginException;
import org.nextscale.api.model.Scale;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;

/**
 * A sampler whose failures name it, and whose results are checked before anything is built on them.
 *
 * @param who it is, for messages
 */
record GuardedSampler(String who, TokenSampler sampler) implements TokenSampler {
    @Override
    public SampledTokens sample(Scale scale, float[] logits, RandomStream random) {
        int vocabulary = logits.length / scale.tokens();
        String here = who + " at scale " + scale.index();
        SampledTokens sampled = PluginCalls.guarded(here, () -> sampler.sample(scale, logits, random));
        if (sampled.tokens().length != scale.tokens()) {
            throw new PluginException(
                    here + " returned " + sampled.tokens().length + " tokens instead of " + scale.tokens());
        }
        for (int token : sampled.tokens()) {
            if (token < 0 || token >= vocabulary) {
                throw new PluginException(here + " chose code " + token + " of a vocabulary of " + vocabulary);
            }
        }
        if (sampled.mixture().isPresent() && sampled.mixture().get().length != logits.length) {
            throw new PluginException(here + " returned " + sampled.mixture().get().length
                    + " mixture weights instead of " + logits.length);
        }
        return sampled;
    }
}
