package org.nextscale.api.engine;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told what happens to models that a program opened, on whatever thread it happens. What is out of the ordinary goes to the log
 * {@code org.nextscale.engine} too: as a warning where nobody listens, else as information. What a listener throws is logged and
 * ends nothing.
 */
@ConsumerType
public interface EngineListener {
    /** A model was opened, moved, or has lost its backend and goes on with another one. */
    default void backendChanged(BackendChange change) {}
}
