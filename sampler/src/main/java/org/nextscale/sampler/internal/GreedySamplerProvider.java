package org.nextscale.sampler.internal;

import java.util.Optional;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/** The code that scores highest, the lowest of equals; draws nothing. */
@Component
public final class GreedySamplerProvider implements TokenSamplerProvider {

    @Override
    public String id() {
        return "greedy";
    }

    @Override
    public String description() {
        return "the code that scores highest, the same image for every seed";
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.of(ExactAlgorithm.of("greedy/1", values));
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return GreedySamplerProvider::sample;
    }

    private static SampledTokens sample(Scale scale, float[] logits, RandomStream random) {
        int[] tokens = new int[scale.tokens()];
        int vocabulary = logits.length / tokens.length;
        for (int token = 0; token < tokens.length; token++) {
            int from = token * vocabulary;
            float highest = Float.NEGATIVE_INFINITY;
            for (int code = vocabulary - 1; code >= 0; code--) {
                highest = Math.max(highest, logits[from + code]);
                if (logits[from + code] == highest) {
                    tokens[token] = code;
                }
            }
            Row.requireFinite(highest);
        }
        return SampledTokens.of(tokens);
    }
}
