package org.nextscale.examples.sampler;

import java.util.List;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.osgi.service.component.annotations.Component;

/**
 * Offers the sampler {@code typical}. The parameters declared here become the flags {@code --typical-p} and
 * {@code --temperature}; nothing else has to be edited. {@code @Component} makes it a service where there is an OSGi
 * container, the file in {@code META-INF/services} where there is none.
 */
@Component
public final class TypicalSamplerProvider implements TokenSamplerProvider {

    private static final Parameter TYPICAL_P = Parameter.number(
            "typical-p", 0.9, 0.01, 1, "how much of the probability the typical codes make up together");
    private static final Parameter TEMPERATURE =
            Parameter.number("temperature", 1, 0.01, 100, "above 1 flattens the distribution, below 1 sharpens it");

    @Override
    public String id() {
        return "typical";
    }

    @Override
    public String description() {
        return "a draw from the codes whose surprise is nearest to the expected one (locally typical sampling)";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(TYPICAL_P, TEMPERATURE);
    }

    @Override
    public TokenSampler create(ParameterValues values) {
        return new TypicalSampler(values.number(TYPICAL_P.name()), values.number(TEMPERATURE.name()));
    }
}
