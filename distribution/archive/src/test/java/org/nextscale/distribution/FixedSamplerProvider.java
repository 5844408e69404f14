package org.nextscale.distribution;

import java.util.Arrays;
import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** Packed into a plugin by the tests: takes the place of the example's sampler, with another parameter. */
public final class FixedSamplerProvider implements TokenSamplerProvider {

    @Override
    public String id() {
        return "typical";
    }

    @Override
    public String description() {
        return "always the same code";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(Parameter.integer("fixed-code", 0, 0, 100, "the code"));
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        int code = (int) values.integer("fixed-code");
        return (scale, logits, random) -> {
            int[] tokens = new int[scale.tokens()];
            Arrays.fill(tokens, code);
            return SampledTokens.of(tokens);
        };
    }
}
