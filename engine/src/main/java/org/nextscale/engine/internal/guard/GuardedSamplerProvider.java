package org.nextscale.engine.internal.guard;

import java.util.Optional;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** A maker of samplers whose failures, and those of its samplers, name it. */
final class GuardedSamplerProvider extends GuardedPlugin<TokenSamplerProvider> implements TokenSamplerProvider {
    GuardedSamplerProvider(Described<TokenSamplerProvider> plugin) {
        super(plugin);
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return new GuardedSampler(who(), PluginCalls.guarded(who(), () -> plugin().create(values)));
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return PluginCalls.guarded(who(), () -> plugin().algorithm(values));
    }
}
