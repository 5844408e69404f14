package org.nextscale.api.sampling;

import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes guidances; registered as an OSGi service and in {@code META-INF/services}. Thread-safe. */
@ConsumerType
public interface GuidanceFactory {

    /** Unique short id: {@code ramp}. */
    String id();

    /** One line for lists and help. */
    String description();

    /** What it can be told; flags and help are derived from these. */
    List<Parameter> parameters();

    Guidance create(ParameterValues values);
}
