package org.nextscale.api.generation;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;

/**
 * Images to make. Immutable; two equal requests make equal images on one backend.
 *
 * @param labels class of every image; {@link #UNCONDITIONAL} for none
 * @param seed of the random numbers
 * @param firstImage number of the first image under this seed: image i of the request draws the numbers of image
 *     {@code firstImage + i}, whatever batch it is made in
 * @param sampler which sampler, told what
 * @param guidance which guidance, told what
 * @param batch images computed together; 0 leaves it to the engine
 * @param edit an image to start from, if any
 */
public record GenerationRequest(
        List<Integer> labels,
        long seed,
        long firstImage,
        Choice sampler,
        Choice guidance,
        int batch,
        Optional<Edit> edit) {
    /** The label of an image of no class in particular. */
    public static final int UNCONDITIONAL = -1;

    public GenerationRequest {
        labels = List.copyOf(labels);
        Objects.requireNonNull(sampler, "sampler");
        Objects.requireNonNull(guidance, "guidance");
        Objects.requireNonNull(edit, "edit");
        if (labels.isEmpty()) {
            throw new InvalidInputException("a request needs at least one label");
        }
        if (firstImage < 0 || batch < 0) {
            throw new InvalidInputException(
                    "first image " + firstImage + " and batch " + batch + " must not be negative");
        }
    }

    /** Images of these classes with the default sampler and guidance. */
    public static GenerationRequest of(Integer... labels) {
        return new GenerationRequest(
                List.of(labels), 0, 0, Choice.of("multinomial"), Choice.of("ramp"), 0, Optional.empty());
    }

    /** The same class {@code count} times. */
    public static GenerationRequest repeated(int label, int count) {
        return of(Collections.nCopies(count, label).toArray(Integer[]::new));
    }

    public GenerationRequest withSeed(long newSeed) {
        return new GenerationRequest(labels, newSeed, firstImage, sampler, guidance, batch, edit);
    }

    public GenerationRequest withFirstImage(long newFirstImage) {
        return new GenerationRequest(labels, seed, newFirstImage, sampler, guidance, batch, edit);
    }

    public GenerationRequest withSampler(Choice newSampler) {
        return new GenerationRequest(labels, seed, firstImage, newSampler, guidance, batch, edit);
    }

    public GenerationRequest withGuidance(Choice newGuidance) {
        return new GenerationRequest(labels, seed, firstImage, sampler, newGuidance, batch, edit);
    }

    public GenerationRequest withBatch(int newBatch) {
        return new GenerationRequest(labels, seed, firstImage, sampler, guidance, newBatch, edit);
    }

    public GenerationRequest withEdit(Edit newEdit) {
        return new GenerationRequest(labels, seed, firstImage, sampler, guidance, batch, Optional.of(newEdit));
    }
}
