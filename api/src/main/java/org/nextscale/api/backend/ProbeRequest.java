package org.nextscale.api.backend;

import java.util.Optional;
import java.util.OptionalLong;
import org.nextscale.api.machine.Machine;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.parameter.ParameterValues;

/**
 * What a backend is asked whether it can do it. Immutable.
 *
 * @param options as {@link BackendProvider#open} would get them
 * @param model what it would run; empty when only the machine matters
 * @param machine where
 */
public record ProbeRequest(ParameterValues options, Optional<ModelSpec> model, Machine machine) {

    /** So much memory, beside what is free on the machine; empty if that is not known. */
    public Optional<MemoryNeed> need(long bytes) {
        OptionalLong free = machine.freeMemory();
        return free.isPresent() ? Optional.of(new MemoryNeed("memory", bytes, free.getAsLong())) : Optional.empty();
    }
}
