package org.nextscale.benchmarks.quality;

import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/**
 * How tokens are drawn: as a request does that says nothing of it.
 *
 * @param description ids and parameters
 */
record Drawing(TokenSampler sampler, Guidance guidance, String description) {
    static Drawing byDefault(Engine engine) {
        GenerationRequest request = GenerationRequest.of(0);
        PluginInfo<TokenSamplerProvider> samplers =
                engine.plugin(PluginKind.SAMPLER, request.sampler().id());
        ParameterValues sampling = samplers.values(request.sampler().values());
        PluginInfo<GuidanceProvider> guidances =
                engine.plugin(PluginKind.GUIDANCE, request.guidance().id());
        ParameterValues guiding = guidances.values(request.guidance().values());
        return new Drawing(
                samplers.plugin().create(sampling),
                guidances.plugin().create(guiding),
                samplers.label() + " (" + sampling + "), " + guidances.label() + " (" + guiding + ")");
    }
}
