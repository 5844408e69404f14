package org.nextscale.sampler.internal;

import java.util.Optional;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.osgi.service.component.annotations.Component;

/** No guidance; the unconditional half is never computed. */
@Component
public final class NoGuidanceProvider implements GuidanceProvider {
    @Override
    public String id() {
        return "none";
    }

    @Override
    public String description() {
        return "no guidance: the conditional scores as they are, at half the work";
    }

    @Override
    public Guidance create(ParameterValues values) {
        return new ClassifierFree(0, false, 0);
    }

    @Override
    public Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.of(ExactAlgorithm.of("none/1", values));
    }
}
