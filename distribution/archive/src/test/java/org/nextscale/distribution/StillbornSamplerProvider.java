package org.nextscale.distribution;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** Packed into a plugin by the tests: cannot be made. */
public final class StillbornSamplerProvider implements TokenSamplerProvider {

    public StillbornSamplerProvider() {
        throw new IllegalStateException("I do not want to live");
    }

    @Override
    public String id() {
        return "stillborn";
    }

    @Override
    public String description() {
        return "never made";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        throw new AssertionError("it is never made");
    }
}
