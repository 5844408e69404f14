package org.nextscale.engine.verify;

import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.engine.Engine;

/**
 * One autoregressive run of a reference set: how it was guided and sampled.
 *
 * @param name prefix of its tensors
 * @param cfg strength of the guidance ramp
 * @param sampler id of the sampler
 * @param sampling its parameters
 */
record Run(String name, double cfg, String sampler, Map<String, Object> sampling) {

    TokenSampler tokenSampler(Engine engine) {
        TokenSamplerFactory factory = engine.samplers().stream()
                .filter(candidate -> candidate.id().equals(sampler))
                .findFirst()
                .orElseThrow(() -> missing("sampler", sampler));
        return factory.create(ParameterValues.of("sampler " + sampler, factory.parameters(), sampling));
    }

    Guidance guidance(Engine engine) {
        List<GuidanceFactory> factories = engine.guidances();
        GuidanceFactory factory = factories.stream()
                .filter(candidate -> candidate.id().equals("ramp"))
                .findFirst()
                .orElseThrow(() -> missing("guidance", "ramp"));
        return factory.create(ParameterValues.of("guidance ramp", factory.parameters(), Map.of("cfg", cfg)));
    }

    private static InvalidInputException missing(String kind, String id) {
        return new InvalidInputException("the check needs " + kind + " " + id + ", which is not plugged in");
    }
}
