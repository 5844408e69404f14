package org.nextscale.api.progress;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Is told how far work is, on the thread that does it. Listeners only listen: work is stopped by its {@link Cancellation}, and
 * what a listener throws is a failure like any other.
 */
@ConsumerType
@FunctionalInterface
public interface ProgressListener {
    /** Watches nothing. */
    ProgressListener NONE = (what, done, total) -> {};

    /**
     * A piece is done.
     *
     * @param what is being done, in a word or two: {@code "transformer.safetensors"}, {@code "packing"}
     * @param done bytes, images or steps so far
     * @param total how many it will be
     */
    void progress(String what, long done, long total);
}
