package org.nextscale.api.sampling;

import java.util.Optional;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes token samplers of one kind. Thread-safe. */
@ConsumerType
public interface TokenSamplerProvider extends Plugin {
    /**
     * A sampler that is told these values.
     *
     * @param values a value for every one of {@link #parameters()}
     * @throws org.nextscale.api.InvalidInputException for values that do not go together
     */
    TokenSampler create(ParameterValues values);

    /**
     * What such a sampler computes, if that is fixed to the last bit and a device may do it in its place. Another sampler under a
     * taken id does not give that name, and one whose results change gives another. Empty where only the host can run it.
     */
    default Optional<ExactAlgorithm> algorithm(ParameterValues values) {
        return Optional.empty();
    }
}
