package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.osgi.service.component.annotations.Component;

/** Guidance of one strength at all scales. */
@Component
public final class ConstantGuidanceProvider implements GuidanceProvider {
    @Override
    public String id() {
        return "constant";
    }

    @Override
    public String description() {
        return "classifier-free guidance of the same strength at every scale";
    }

    @Override
    public List<Parameter> parameters() {
        return ClassifierFree.PARAMETERS;
    }

    @Override
    public Guidance create(ParameterValues values) {
        return ClassifierFree.of(values, false);
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.of(ClassifierFree.algorithm(id(), values));
    }
}
