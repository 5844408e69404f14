package org.nextscale.api.generation;

import org.osgi.annotation.versioning.ConsumerType;

/** Watches a request. Called on the thread that computes; what it throws ends the request. */
@ConsumerType
public interface ProgressListener {
    /** Watches nothing. */
    ProgressListener NONE = new ProgressListener() {};

    /** A scale of a batch is done. */
    default void scaleDone(ScaleProgress progress) {}

    /**
     * A batch has been decoded.
     *
     * @param nanoseconds time the decoder took
     */
    default void decoded(int firstImage, int images, long nanoseconds) {}
}
