package org.nextscale.sampler.internal;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.osgi.service.component.annotations.Component;

/** No guidance; the unconditional half is never computed. */
@Component
public final class NoGuidanceFactory implements GuidanceFactory {

    @Override
    public String id() {
        return "none";
    }

    @Override
    public String description() {
        return "no guidance: the conditional scores as they are, at half the work";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public Optional<String> arithmetic() {
        return Optional.of("none/1");
    }

    @Override
    public Guidance create(ParameterValues values) {
        return new ClassifierFree(0, false);
    }
}
