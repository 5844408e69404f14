package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.osgi.service.component.annotations.Component;

/** The paper's guidance: strength cfg · index / (scales − 1). */
@Component
public final class RampGuidanceProvider implements GuidanceProvider {
    @Override
    public String id() {
        return "ramp";
    }

    @Override
    public String description() {
        return "classifier-free guidance that grows from 0 at the coarsest scale to cfg at the finest, as in the paper";
    }

    @Override
    public List<Parameter> parameters() {
        return ClassifierFree.PARAMETERS;
    }

    @Override
    public Guidance create(ParameterValues values) {
        return ClassifierFree.of(values, true);
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.of(ClassifierFree.algorithm(id(), values));
    }
}
