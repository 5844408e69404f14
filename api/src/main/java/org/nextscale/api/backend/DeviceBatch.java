package org.nextscale.api.backend;

import org.nextscale.api.sampling.Arithmetic;

/**
 * Images that a {@link DeviceLoop} makes together. The array is shared, not copied.
 *
 * @param labels class of every image, as for {@link ScaleTransformer#begin}
 * @param firstImage number of the first image under the seed; image i draws the numbers of {@code firstImage + i}
 * @param seed of the random numbers
 * @param sampler what picks the tokens
 * @param guidance what joins the logits with and without the class
 */
public record DeviceBatch(int[] labels, long firstImage, long seed, Arithmetic sampler, Arithmetic guidance) {}
