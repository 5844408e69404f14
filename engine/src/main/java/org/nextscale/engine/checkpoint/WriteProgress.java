package org.nextscale.engine.checkpoint;

import org.osgi.annotation.versioning.ConsumerType;

/** Hears how far a file is written, every few megabytes at most, on the writing thread; throwing cancels the writing. */
@ConsumerType
@FunctionalInterface
public interface WriteProgress {
    /** Hears nothing. */
    WriteProgress NONE = (written, total) -> {};

    /**
     * Called after a piece was written.
     *
     * @param written bytes so far
     * @param total bytes in the end
     */
    void written(long written, long total);
}
