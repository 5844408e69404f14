package org.nextscale.api.backend;

import java.util.Optional;
import java.util.OptionalLong;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.osgi.annotation.versioning.ProviderType;

/** What a backend is asked whether it can do it. Immutable. */
@ProviderType
public interface ProbeRequest {
    /** As {@link BackendProvider#open} would get them. */
    ParameterValues options();

    /** What it would run; empty when only the machine matters. */
    Optional<ModelSpec> model();

    /** Where. */
    Machine machine();

    /**
     * So much memory, beside what is free on the machine; empty if that is not known. What computes in Java's own heap compares with its
     * limit too.
     */
    default Optional<MemoryNeed> need(long bytes) {
        OptionalLong free = machine().freeMemory();
        return free.isPresent() ? Optional.of(MemoryNeed.of("memory", bytes, free.getAsLong())) : Optional.empty();
    }
}
