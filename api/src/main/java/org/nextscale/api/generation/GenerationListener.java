package org.nextscale.api.generation;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Watches a request, on the thread that computes. It only listens: a request is stopped by its
 * {@link org.nextscale.api.progress.Cancellation}, and what a listener throws is a failure like any other.
 */
@ConsumerType
public interface GenerationListener {
    /** Watches nothing. */
    GenerationListener NONE = new GenerationListener() {};

    /** A scale of a batch is done. */
    default void scaleDone(ScaleProgress progress) {}

    /** A batch has been decoded. */
    default void decoded(BatchProgress progress) {}
}
