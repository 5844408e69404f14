package org.nextscale.api.progress;

import java.util.concurrent.CancellationException;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Whether work is to stop. Whatever takes a while is handed one, looks at it every moment or so, and stops by
 * {@link #throwIfCancelled}; there is no other way to stop it, and none is needed. Thread-safe.
 */
@ProviderType
@FunctionalInterface
public interface Cancellation {
    /** Work that nobody will stop. */
    Cancellation NEVER = () -> false;

    boolean isCancelled();

    /** Throws {@link CancellationException} once cancelled. */
    default void throwIfCancelled() {
        if (isCancelled()) {
            throw new CancellationException("the request was cancelled");
        }
    }
}
