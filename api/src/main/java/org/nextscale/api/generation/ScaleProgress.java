package org.nextscale.api.generation;

import java.util.function.Supplier;
import org.nextscale.api.model.Scale;
import org.nextscale.api.tokenizer.Pixels;

/**
 * A scale of a batch is done.
 *
 * @param firstImage index in the request of the batch's first image
 * @param images images in the batch
 * @param totalImages images in the request
 * @param nanoseconds time this scale took
 * @param transformerNanoseconds of which in the transformer; at the first scale with what it computes of the labels alone;
 *     all of it where the device runs the whole loop
 * @param preview decodes what the images look like so far; costs a decoder pass, valid only during the call
 */
public record ScaleProgress(
        Scale scale,
        int firstImage,
        int images,
        int totalImages,
        long nanoseconds,
        long transformerNanoseconds,
        Supplier<Pixels> preview) {}
