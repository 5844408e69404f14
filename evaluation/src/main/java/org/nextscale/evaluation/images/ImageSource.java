package org.nextscale.evaluation.images;

import java.util.OptionalInt;
import org.nextscale.api.progress.Cancellation;

/**
 * Images from somewhere, all of one size, one after the other: there may be more than memory holds. Can be read several times,
 * by one thread at a time.
 */
public interface ImageSource {
    /** Where they come from, in words. */
    String description();

    /** How many there are, at most: some may turn out to be no images. */
    int most();

    /** Pixels along an edge of all images; empty if they are not square. */
    OptionalInt side();

    /**
     * Hands over all images in an order that is always the same.
     *
     * @throws org.nextscale.api.InvalidInputException if the source as a whole is damaged
     * @throws java.util.concurrent.CancellationException when {@code cancellation} asked for it
     */
    void read(Sink sink, Cancellation cancellation);

    /** Takes images. */
    interface Sink {
        void image(LabelledImage image);

        /** One that cannot be used: a line that names it and says why. */
        void skipped(String line);
    }
}
