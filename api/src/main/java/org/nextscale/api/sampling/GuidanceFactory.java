package org.nextscale.api.sampling;

import java.util.List;
import java.util.Optional;
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

    /**
     * Name of this guidance's arithmetic, with its version, if that is fixed to the last bit and a device may do it in its place:
     * {@code "ramp/1"}. Another guidance under a taken id does not give that name, and one whose results change gives another. Empty
     * where only the host can run it.
     */
    default Optional<String> arithmetic() {
        return Optional.empty();
    }

    Guidance create(ParameterValues values);
}
