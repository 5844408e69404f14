package org.nextscale.api.generation;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.Condition;
import org.nextscale.api.plugin.PluginChoice;

/** Images to make. Immutable; two equal requests make equal images on one backend. */
public final class GenerationRequest {
    /** The sampler of a request that names none. */
    public static final PluginChoice DEFAULT_SAMPLER = PluginChoice.of("multinomial");

    /** The guidance of a request that names none. */
    public static final PluginChoice DEFAULT_GUIDANCE = PluginChoice.of("ramp");

    private final Values values;

    private record Values(
            List<Condition> conditions,
            long seed,
            long firstImage,
            PluginChoice sampler,
            PluginChoice guidance,
            int batch,
            Optional<Edit> edit) {}

    private GenerationRequest(Values values) {
        this.values = values;
    }

    /** An image of each of these classes, with the default sampler and guidance. */
    public static GenerationRequest of(int... labels) {
        return of(Arrays.stream(labels).mapToObj(Condition::ofClass).toList());
    }

    /**
     * An image under each of these conditions, with the default sampler and guidance.
     *
     * @throws InvalidInputException if there is none
     */
    public static GenerationRequest of(List<Condition> conditions) {
        if (conditions.isEmpty()) {
            throw new InvalidInputException("a request needs at least one image");
        }
        return new GenerationRequest(
                new Values(List.copyOf(conditions), 0, 0, DEFAULT_SAMPLER, DEFAULT_GUIDANCE, 0, Optional.empty()));
    }

    /** The same condition {@code count} times. */
    public static GenerationRequest repeated(Condition condition, int count) {
        return of(Collections.nCopies(count, condition));
    }

    /** What each image is to show. */
    public List<Condition> conditions() {
        return values.conditions;
    }

    /** Images to make. */
    public int images() {
        return values.conditions.size();
    }

    /** Of the random numbers. */
    public long seed() {
        return values.seed;
    }

    /**
     * Number of the first image under the seed: image i of the request draws the numbers of image {@code firstImage + i},
     * whatever batch it is made in.
     */
    public long firstImage() {
        return values.firstImage;
    }

    /** Which sampler, told what. */
    public PluginChoice sampler() {
        return values.sampler;
    }

    /** Which guidance, told what. */
    public PluginChoice guidance() {
        return values.guidance;
    }

    /** Images computed together; 0 leaves it to the engine. */
    public int batch() {
        return values.batch;
    }

    /** An image to start from, if any. */
    public Optional<Edit> edit() {
        return values.edit;
    }

    public GenerationRequest withSeed(long seed) {
        return with(seed, firstImage(), sampler(), guidance(), batch(), edit());
    }

    /** @throws InvalidInputException if it is negative */
    public GenerationRequest withFirstImage(long firstImage) {
        if (firstImage < 0) {
            throw new InvalidInputException("first image " + firstImage + " must not be negative");
        }
        return with(seed(), firstImage, sampler(), guidance(), batch(), edit());
    }

    public GenerationRequest withSampler(PluginChoice sampler) {
        return with(seed(), firstImage(), Objects.requireNonNull(sampler), guidance(), batch(), edit());
    }

    public GenerationRequest withGuidance(PluginChoice guidance) {
        return with(seed(), firstImage(), sampler(), Objects.requireNonNull(guidance), batch(), edit());
    }

    /** @throws InvalidInputException if it is negative */
    public GenerationRequest withBatch(int batch) {
        if (batch < 0) {
            throw new InvalidInputException("batch " + batch + " must not be negative");
        }
        return with(seed(), firstImage(), sampler(), guidance(), batch, edit());
    }

    public GenerationRequest withEdit(Edit edit) {
        return with(seed(), firstImage(), sampler(), guidance(), batch(), Optional.of(edit));
    }

    private GenerationRequest with(
            long seed, long firstImage, PluginChoice sampler, PluginChoice guidance, int batch, Optional<Edit> edit) {
        return new GenerationRequest(new Values(conditions(), seed, firstImage, sampler, guidance, batch, edit));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GenerationRequest request && values.equals(request.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString().replaceFirst("Values", "GenerationRequest");
    }
}
