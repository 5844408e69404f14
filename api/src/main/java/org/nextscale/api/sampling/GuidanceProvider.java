package org.nextscale.api.sampling;

import java.util.Optional;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes guidances of one kind. Thread-safe. */
@ConsumerType
public interface GuidanceProvider extends Plugin {
    /**
     * A guidance that is told these values.
     *
     * @param values a value for every one of {@link #parameters()}
     * @throws org.nextscale.api.InvalidInputException for values that do not go together
     */
    Guidance create(ParameterValues values);

    /**
     * What such a guidance computes, if that is fixed to the last bit and a device may do it in its place, as for
     * {@link TokenSamplerProvider#algorithm}.
     */
    default Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.empty();
    }
}
