package org.nextscale.engine.internal.guard;

import java.util.Optional;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;

/** A maker of guidances whose failures, and those of its guidances, name it. */
final class GuardedGuidanceProvider extends GuardedPlugin<GuidanceProvider> implements GuidanceProvider {
    GuardedGuidanceProvider(Described<GuidanceProvider> plugin) {
        super(plugin);
    }

    @Override
    public Guidance create(ParameterValues values) {
        return new GuardedGuidance(who(), PluginCalls.guarded(who(), () -> plugin().create(values)));
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return PluginCalls.guarded(who(), () -> plugin().algorithm(values));
    }
}
