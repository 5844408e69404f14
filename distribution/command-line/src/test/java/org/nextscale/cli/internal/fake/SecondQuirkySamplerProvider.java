package org.nextscale.cli.internal.fake;

import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** Has the id of {@link QuirkySamplerProvider}. Not on the class path of the other tests: they add it themselves. */
public final class SecondQuirkySamplerProvider implements TokenSamplerProvider {
    @Override
    public String id() {
        return "quirky";
    }

    @Override
    public String description() {
        return "the same again";
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        throw new IllegalStateException("there is another one already");
    }
}
