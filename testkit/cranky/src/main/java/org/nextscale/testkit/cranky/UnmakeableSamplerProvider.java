package org.nextscale.testkit.cranky;

import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/** A plugin that cannot even be made. */
@Component(service = TokenSamplerProvider.class)
public final class UnmakeableSamplerProvider implements CrankyPlugin, TokenSamplerProvider {
    public UnmakeableSamplerProvider() {
        Mood.THROWS.act();
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        throw new IllegalStateException("there is nobody to ask");
    }
}
