package org.nextscale.api.backend;

import java.util.OptionalLong;
import java.util.Set;
import org.osgi.annotation.versioning.ProviderType;

/** A machine, as far as choosing a backend goes: what the operating system tells. Immutable. */
@ProviderType
public interface Machine {
    /**
     * What the processor can do, in the kernel's words ({@code avx2}, {@code avx512f}, {@code asimd}); empty where the system
     * does not say (anything but Linux).
     */
    Set<String> processorFeatures();

    /** Bytes of memory that can be used without swapping, container limits respected; empty if not known. */
    OptionalLong freeMemory();
}
