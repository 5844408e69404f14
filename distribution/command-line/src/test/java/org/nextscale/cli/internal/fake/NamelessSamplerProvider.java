package org.nextscale.cli.internal.fake;

import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** A sampler without an id. Not on the class path of the other tests: they add it themselves. */
public final class NamelessSamplerProvider implements TokenSamplerProvider {
    @Override
    public String id() {
        return null;
    }

    @Override
    public String description() {
        return "has no name";
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        throw new IllegalStateException("nobody can have asked for it");
    }
}
