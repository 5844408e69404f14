package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.osgi.service.component.annotations.Component;

/** The paper's guidance: strength cfg · index / (scales − 1). */
@Component
public final class RampGuidanceFactory implements GuidanceFactory {

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
        return List.of(ClassifierFree.CFG);
    }

    @Override
    public Optional<String> arithmetic() {
        return Optional.of("ramp/1");
    }

    @Override
    public Guidance create(ParameterValues values) {
        return new ClassifierFree(values.number("cfg"), true);
    }
}
