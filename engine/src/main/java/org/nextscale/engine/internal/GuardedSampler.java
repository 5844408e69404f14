package org.nextscale.engine.internal;

import java.util.Optional;
import org.nextscale.api.PluginException;
import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;

/**
 * A sampler whose failures name it, and whose results are checked before anything is built on them.
 *
 * @param arithmetic what a device may do in its place, if anything
 */
record GuardedSampler(String id, TokenSampler sampler, Optional<Arithmetic> arithmetic) implements TokenSampler {

    static GuardedSampler of(TokenSamplerFactory factory, ParameterValues values) {
        String who = "sampler " + factory.id();
        return new GuardedSampler(
                factory.id(),
                Guard.run(who, () -> factory.create(values)),
                Guard.run(who, factory::arithmetic).map(name -> new Arithmetic(name, values)));
    }

    @Override
    public SampledTokens sample(Scale scale, float[] logits, RandomStream random) {
        int vocabulary = logits.length / scale.tokens();
        String who = "sampler " + id + " at scale " + scale.index();
        SampledTokens sampled = Guard.run(who, () -> sampler.sample(scale, logits, random));
        if (sampled.tokens().length != scale.tokens()) {
            throw new PluginException(
                    who + " returned " + sampled.tokens().length + " tokens instead of " + scale.tokens());
        }
        for (int token : sampled.tokens()) {
            if (token < 0 || token >= vocabulary) {
                throw new PluginException(who + " chose code " + token + " of a vocabulary of " + vocabulary);
            }
        }
        if (sampled.mixture() != null && sampled.mixture().length != logits.length) {
            throw new PluginException(
                    who + " returned " + sampled.mixture().length + " mixture weights instead of " + logits.length);
        }
        return sampled;
    }
}
