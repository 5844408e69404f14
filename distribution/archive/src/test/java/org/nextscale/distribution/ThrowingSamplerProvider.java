package org.nextscale.distribution;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** Packed into a plugin by the tests: a sampler that fails. */
public final class ThrowingSamplerProvider implements TokenSamplerProvider {

    @Override
    public String id() {
        return "throwing";
    }

    @Override
    public String description() {
        return "fails";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return (scale, logits, random) -> {
            throw new IllegalStateException("this plugin always fails");
        };
    }
}
