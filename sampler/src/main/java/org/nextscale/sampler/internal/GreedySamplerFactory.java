package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.Scale;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.osgi.service.component.annotations.Component;

/** The code that scores highest, the lowest of equals; draws nothing. */
@Component
public final class GreedySamplerFactory implements TokenSamplerFactory {

    @Override
    public String id() {
        return "greedy";
    }

    @Override
    public String description() {
        return "the code that scores highest, the same image for every seed";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Optional<String> arithmetic() {
        return Optional.of("greedy/1");
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return GreedySamplerFactory::sample;
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
