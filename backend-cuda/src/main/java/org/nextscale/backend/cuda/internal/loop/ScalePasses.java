package org.nextscale.backend.cuda.internal.loop;

import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Stream;

/**
 * The transformer's part of a loop on the device, for batches of one size, with the unconditional half or without. Where its
 * memory is never changes, so that a scale can be recorded once and run for every batch. Used by one thread at a time; closing
 * it returns its memory.
 */
public interface ScalePasses extends AutoCloseable {

    /** Opens passes of a transformer on one GPU. */
    interface Opener {
        /**
         * @param batch images
         * @param unconditional whether they also run under the unconditional label
         * @throws org.nextscale.api.BackendException if there is not enough memory; nothing stays behind
         */
        ScalePasses open(int batch, boolean unconditional);
    }

    /** Where everything happens. */
    Stream stream();

    /**
     * Starts a batch: puts what depends on the conditions alone on the stream. What was there before is done.
     *
     * @param rows of the class embedding, one an image
     */
    void begin(int[] rows);

    /** Puts the pass of a scale on the stream; allocates nothing and waits for nothing, so that it can be recorded. */
    void enqueue(int scale);

    /** Where a scale from the second on finds {@code [batch, tokens, z]}; it may be written once the pass before is through. */
    DeviceBuffer input(int scale);

    /** Logits of a scale, {@code [batch, tokens, vocabulary]} in float32, until the next pass; may be overwritten. */
    DeviceBuffer conditional(int scale);

    /** The same under the unconditional label; {@code null} if that half does not run. */
    DeviceBuffer unconditional(int scale);

    @Override
    void close();
}
