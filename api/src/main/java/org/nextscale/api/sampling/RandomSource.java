package org.nextscale.api.sampling;

import org.osgi.annotation.versioning.ConsumerType;

/** Hands out the random stream of every image and scale. Immutable and thread-safe. */
@FunctionalInterface
@ConsumerType
public interface RandomSource {

    /**
     * The stream of one image at one scale.
     *
     * @param image number of the image under this seed, at least 0; the first image of a request need not be 0
     * @param scale index of the scale
     */
    RandomStream stream(long image, int scale);

    /** Philox 4×32-10 under this seed (Salmon et al., Parallel random numbers: as easy as 1, 2, 3, 2011). */
    static RandomSource of(long seed) {
        return (image, scale) -> new PhiloxStream(seed, image, scale);
    }
}
