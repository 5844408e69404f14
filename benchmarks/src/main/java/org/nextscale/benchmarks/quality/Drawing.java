package org.nextscale.benchmarks.quality;

import java.util.List;
import java.util.function.Function;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.engine.Engine;

/**
 * How tokens are drawn: as a request does that says nothing of it.
 *
 * @param description ids and parameters
 */
record Drawing(TokenSampler sampler, Guidance guidance, String description) {

    static Drawing byDefault(Engine engine) {
        GenerationRequest request = GenerationRequest.of(0);
        TokenSamplerFactory samplers = find(engine.samplers(), request.sampler().id(), TokenSamplerFactory::id);
        ParameterValues sampling = ParameterValues.of(
                samplers.id(), samplers.parameters(), request.sampler().values());
        GuidanceFactory guidances = find(engine.guidances(), request.guidance().id(), GuidanceFactory::id);
        ParameterValues guiding = ParameterValues.of(
                guidances.id(), guidances.parameters(), request.guidance().values());
        return new Drawing(
                samplers.create(sampling),
                guidances.create(guiding),
                "sampler " + samplers.id() + " (" + sampling + "), guidance " + guidances.id() + " (" + guiding + ")");
    }

    private static <F> F find(List<F> factories, String id, Function<F, String> idOf) {
        return factories.stream()
                .filter(each -> idOf.apply(each).equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(id + " is not on the class path"));
    }
}
