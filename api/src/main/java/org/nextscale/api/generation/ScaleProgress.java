package org.nextscale.api.generation;

import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Scale;
import org.osgi.annotation.versioning.ProviderType;

/** A scale of a batch is done. */
@ProviderType
public interface ScaleProgress extends BatchProgress {
    Scale scale();

    /** Whether the images also ran without their conditions, for guidance: twice the work. */
    boolean isGuided();

    /**
     * Time of it in the transformer; at the first scale with what it computes of the conditions alone; all of it where the device
     * runs the whole loop.
     */
    long transformerNanoseconds();

    /** Decodes what the images look like so far, {@code [images, 3, size, size]}; costs a decoder pass, valid during the call. */
    Pixels preview();
}
