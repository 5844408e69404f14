package org.nextscale.api.generation;

import org.osgi.annotation.versioning.ProviderType;

/** Something is done for a batch of a request. */
@ProviderType
public interface BatchProgress {
    /** Index in the request of the batch's first image. */
    int firstImage();

    /** Images in the batch. */
    int images();

    /** Images in the request. */
    int totalImages();

    /** Time it took. */
    long nanoseconds();
}
