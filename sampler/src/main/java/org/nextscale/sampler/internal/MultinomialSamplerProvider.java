package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/** One draw a token from the filtered distribution: the sampler of the paper. */
@Component
public final class MultinomialSamplerProvider implements TokenSamplerProvider {

    @Override
    public String id() {
        return "multinomial";
    }

    @Override
    public String description() {
        return "a draw from the distribution that top-k, top-p, min-p and temperature leave; for FID and for everyday use";
    }

    @Override
    public List<Parameter> parameters() {
        return LogitFilter.PARAMETERS;
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.of(LogitFilter.algorithm(id(), values));
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return new MultinomialSampler(values);
    }

    private record MultinomialSampler(ParameterValues values) implements TokenSampler {
        @Override
        public SampledTokens sample(Scale scale, float[] logits, RandomStream random) {
            LogitFilter filter = LogitFilter.of(values, scale);
            int[] tokens = new int[scale.tokens()];
            Row.forEach(tokens.length, logits.length / tokens.length, (token, row) -> {
                filter.apply(logits, row);
                tokens[token] = row.draw(random, token);
            });
            return SampledTokens.of(tokens);
        }
    }
}
