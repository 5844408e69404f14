package org.nextscale.api.engine;

import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.BackendProvider;
import org.osgi.annotation.versioning.ProviderType;

/** A backend that was found, and whether it can run here. Immutable. */
@ProviderType
public interface BackendStatus {
    /** The backend: its id, description, options and version. */
    PluginInfo<BackendProvider> info();

    /** What its probe said, or why it was not asked. */
    Availability availability();

    /** As in {@code --backend ID}. */
    default String id() {
        return info().id();
    }
}
