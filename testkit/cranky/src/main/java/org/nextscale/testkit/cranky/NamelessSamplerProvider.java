package org.nextscale.testkit.cranky;

import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/** A plugin that does not say what it is called. */
@Component(service = TokenSamplerProvider.class)
public final class NamelessSamplerProvider implements CrankyPlugin, TokenSamplerProvider {
    @Override
    public String id() {
        throw new IllegalStateException("I will not say");
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        throw new IllegalStateException("there is nobody to ask");
    }
}
