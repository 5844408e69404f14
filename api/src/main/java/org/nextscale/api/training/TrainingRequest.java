package org.nextscale.api.training;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.progress.Cancellation;

/** A run to be started or continued. Immutable. */
public final class TrainingRequest {
    private final Values values;

    private record Values(
            ImageSet images,
            Optional<ImageSet> testImages,
            Path out,
            ParameterValues parameters,
            boolean resumes,
            Cancellation cancellation) {}

    private TrainingRequest(Values values) {
        this.values = values;
    }

    /**
     * A new run that nobody will stop, measured on the images it learns from.
     *
     * @param images to learn from; they stay open
     * @param out the run's folder: checkpoints, curves, samples and at the end the result. Made if it is not there. The command line
     *     adds a {@code run.json} with data and settings, which its {@code --resume} goes by, unless the trainer writes one itself
     * @param parameters a value for every one of the trainer's parameters
     */
    public static TrainingRequest of(ImageSet images, Path out, ParameterValues parameters) {
        return new TrainingRequest(new Values(
                Objects.requireNonNull(images),
                Optional.empty(),
                Objects.requireNonNull(out),
                Objects.requireNonNull(parameters),
                false,
                Cancellation.NEVER));
    }

    /** The same, measured on other images; they stay open. */
    public TrainingRequest withTestImages(ImageSet test) {
        return new TrainingRequest(
                new Values(images(), Optional.of(test), out(), parameters(), resumes(), cancellation()));
    }

    /** The same, going on from the last checkpoint in {@link #out} exactly as a run that was never interrupted. */
    public TrainingRequest resuming(boolean resumes) {
        return new TrainingRequest(new Values(images(), testImages(), out(), parameters(), resumes, cancellation()));
    }

    /** The same, to be ended after the step at hand when asked to. */
    public TrainingRequest withCancellation(Cancellation cancellation) {
        return new TrainingRequest(new Values(images(), testImages(), out(), parameters(), resumes(), cancellation));
    }

    /** To learn from. */
    public ImageSet images() {
        return values.images;
    }

    /** To measure on; empty to measure on what is learned from. */
    public Optional<ImageSet> testImages() {
        return values.testImages;
    }

    /** The run's folder. */
    public Path out() {
        return values.out;
    }

    /** A value for every one of the trainer's parameters. */
    public ParameterValues parameters() {
        return values.parameters;
    }

    /** Whether it goes on from the last checkpoint in {@link #out}. */
    public boolean resumes() {
        return values.resumes;
    }

    /** Ends the run after the step at hand. */
    public Cancellation cancellation() {
        return values.cancellation;
    }
}
