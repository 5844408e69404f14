package org.nextscale.api.progress;

/** Lets one thread stop the work of another. Thread-safe. */
public final class CancellationToken implements Cancellation {
    private volatile boolean cancelled;

    /** From now on the work is to stop. Harmless twice. */
    public void cancel() {
        cancelled = true;
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }
}
