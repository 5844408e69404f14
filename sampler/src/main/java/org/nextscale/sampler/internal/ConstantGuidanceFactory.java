package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.osgi.service.component.annotations.Component;

/** Guidance of one strength at all scales. */
@Component
public final class ConstantGuidanceFactory implements GuidanceFactory {

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
        return List.of(ClassifierFree.CFG);
    }

    @Override
    public Optional<String> arithmetic() {
        return Optional.of("constant/1");
    }

    @Override
    public Guidance create(ParameterValues values) {
        return new ClassifierFree(values.number("cfg"), false);
    }
}
