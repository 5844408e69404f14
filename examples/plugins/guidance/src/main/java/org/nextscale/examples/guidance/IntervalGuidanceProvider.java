package org.nextscale.examples.guidance;

import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.osgi.service.component.annotations.Component;

/**
 * Offers the guidance {@code interval}. What a single value may be is said by its {@link Parameter} and checked before
 * {@link #create} is called; what several may be together is checked there.
 */
@Component
public final class IntervalGuidanceProvider implements GuidanceProvider {
    private static final Parameter CFG =
            Parameter.number("cfg", 4, 0, 100, "strength of the guidance inside the interval; 0 is none");
    private static final Parameter FROM =
            Parameter.number("from", 0.25, 0, 1, "where the interval begins: 0 is the coarsest scale, 1 the finest");
    private static final Parameter TO = Parameter.number("to", 0.75, 0, 1, "where it ends");

    @Override
    public String id() {
        return "interval";
    }

    @Override
    public String description() {
        return "classifier-free guidance of the same strength in an interval of the scales, and none outside it";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(CFG, FROM, TO);
    }

    @Override
    public Guidance create(ParameterValues values) {
        double from = values.number(FROM.name());
        double to = values.number(TO.name());
        if (from > to) {
            throw new InvalidInputException("guidance interval: from is " + from + ", must be at most to, " + to);
        }
        return new IntervalGuidance(values.number(CFG.name()), from, to);
    }
}
