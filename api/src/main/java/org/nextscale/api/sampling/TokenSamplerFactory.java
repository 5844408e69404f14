package org.nextscale.api.sampling;

import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes token samplers; registered as an OSGi service and in {@code META-INF/services}. Thread-safe. */
@ConsumerType
public interface TokenSamplerFactory {

    /** Unique short id: {@code multinomial}. */
    String id();

    /** One line for lists and help. */
    String description();

    /** What it can be told; flags and help are derived from these. */
    List<Parameter> parameters();

    TokenSampler create(ParameterValues values);
}
