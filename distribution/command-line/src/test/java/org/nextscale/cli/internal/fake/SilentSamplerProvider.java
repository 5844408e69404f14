package org.nextscale.cli.internal.fake;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** A sampler that fails when asked what it is. */
public final class SilentSamplerProvider implements TokenSamplerProvider {
    @Override
    public String id() {
        return "silent";
    }

    @Override
    public String description() {
        return "says nothing";
    }

    @Override
    public List<Parameter> parameters() {
        throw new IllegalStateException("no comment");
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        throw new IllegalStateException("no comment");
    }
}
