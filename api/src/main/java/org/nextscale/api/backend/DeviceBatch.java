package org.nextscale.api.backend;

import java.util.Objects;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.sampling.ExactAlgorithm;

/** Images that a {@link DeviceLoop} makes together. Immutable. */
public final class DeviceBatch {
    private final Conditions conditions;
    private final long seed;
    private final long firstImage;
    private final ExactAlgorithm sampler;
    private final ExactAlgorithm guidance;

    private DeviceBatch(
            Conditions conditions, long seed, long firstImage, ExactAlgorithm sampler, ExactAlgorithm guidance) {
        this.conditions = Objects.requireNonNull(conditions);
        this.seed = seed;
        this.firstImage = firstImage;
        this.sampler = Objects.requireNonNull(sampler);
        this.guidance = Objects.requireNonNull(guidance);
    }

    /**
     * A batch.
     *
     * @param seed of the random numbers
     * @param firstImage number of the first image under the seed; image i draws the numbers of {@code firstImage + i}
     * @param sampler what picks the tokens
     * @param guidance what joins the logits with and without the conditions
     */
    public static DeviceBatch of(
            Conditions conditions, long seed, long firstImage, ExactAlgorithm sampler, ExactAlgorithm guidance) {
        return new DeviceBatch(conditions, seed, firstImage, sampler, guidance);
    }

    /** What each image is to show. */
    public Conditions conditions() {
        return conditions;
    }

    /** Seed of the random numbers. */
    public long seed() {
        return seed;
    }

    /** Number of the first image under the seed; image i draws the numbers of {@code firstImage + i}. */
    public long firstImage() {
        return firstImage;
    }

    /** What picks the tokens. */
    public ExactAlgorithm sampler() {
        return sampler;
    }

    /** What joins the logits with and without the conditions. */
    public ExactAlgorithm guidance() {
        return guidance;
    }
}
