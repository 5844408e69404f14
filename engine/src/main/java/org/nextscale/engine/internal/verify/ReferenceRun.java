package org.nextscale.engine.internal.verify;

import java.util.Map;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/**
 * One autoregressive run of a reference set: how it was guided and sampled.
 *
 * @param name prefix of its tensors
 * @param cfg strength of the guidance ramp
 * @param sampler id of the sampler
 * @param sampling its parameters
 */
record ReferenceRun(String name, double cfg, String sampler, Map<String, Object> sampling) {

    TokenSampler tokenSampler(Engine engine) {
        PluginInfo<TokenSamplerProvider> info = engine.plugin(PluginKind.SAMPLER, sampler);
        return info.plugin().create(info.values(sampling));
    }

    Guidance guidance(Engine engine) {
        PluginInfo<GuidanceProvider> info = engine.plugin(PluginKind.GUIDANCE, "ramp");
        return info.plugin().create(info.values(Map.of("cfg", cfg)));
    }
}
