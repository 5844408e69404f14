package org.nextscale.api.generation;

import java.util.concurrent.CancellationException;

/** Lets one thread stop the work of another; takes effect before the next scale. Thread-safe. */
public final class CancellationToken {
    private volatile boolean cancelled;

    public void cancel() {
        cancelled = true;
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** Throws {@link CancellationException} once cancelled. */
    public void throwIfCancelled() {
        if (cancelled) {
            throw new CancellationException("the request was cancelled");
        }
    }
}
