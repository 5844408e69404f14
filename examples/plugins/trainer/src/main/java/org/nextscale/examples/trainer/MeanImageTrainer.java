package org.nextscale.examples.trainer;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.osgi.service.component.annotations.Component;

/**
 * "Learns" what the images of every class look like on average: the least that a trainer can do, and all that one has to do. It
 * makes steps, tells of each, ends when asked to, and goes on as if it had never ended, since a step depends on nothing but its
 * number and the checkpoint of the step before. Its id becomes a command: {@code nextscale train mean-image}.
 */
@Component
public final class MeanImageTrainer implements Trainer {
    private static final Parameter SIZE =
            Parameter.integer("size", 32, 1, 512, "pixels along an edge of the mean images");
    private static final Parameter STEPS = Parameter.integer("steps", 100, 1, 1_000_000, "batches to learn from");
    private static final Parameter BATCH = Parameter.integer("batch", 64, 1, 65_536, "images in a step");
    private static final Parameter SEED =
            Parameter.integer("seed", 0, Long.MIN_VALUE, Long.MAX_VALUE, "of the choice of images");

    private static final double NANOSECONDS = 1e9;

    @Override
    public String id() {
        return "mean-image";
    }

    @Override
    public String description() {
        return "the mean image of every class, as PNG files";
    }

    @Override
    public List<Parameter> parameters() {
        return List.of(SIZE, STEPS, BATCH, SEED);
    }

    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        ParameterValues values = request.parameters();
        ImageSet images = request.images();
        if (!images.isRandomAccess()) {
            throw new InvalidInputException(
                    images.description() + " can only be read in order, and batches are chosen at random");
        }
        MeanImages means = new MeanImages((int) values.integer(SIZE.name()));
        RunFolder folder = RunFolder.open(request, means);
        long steps = values.integer(STEPS.name());
        for (long step = means.steps(); step < steps; step++) {
            request.cancellation().throwIfCancelled();
            long began = System.nanoTime();
            double loss = learn(means, images, batch(values, step, images.size()), listener);
            folder.save(means);
            double seconds = (System.nanoTime() - began) / NANOSECONDS;
            listener.stepDone(TrainingProgress.of(step + 1, steps, loss, seconds));
        }
        folder.writeImages(means);
        request.testImages()
                .ifPresent(test -> measure(means, test, listener)
                        .ifPresent(loss -> listener.note("the loss of the test images is " + loss)));
    }

    /** Which images a step learns from: any, but always the same for the same step. */
    private static int[] batch(ParameterValues values, long step, int images) {
        return new SplittableRandom(values.integer(SEED.name()) + 31 * step)
                .ints(values.integer(BATCH.name()), 0, images)
                .toArray();
    }

    /** One step; what comes back is its loss. */
    private static double learn(MeanImages means, ImageSet images, int[] batch, TrainingListener listener) {
        double loss = 0;
        int learned = 0;
        for (int index : batch) {
            Optional<float[]> image = thumbnail(images, index, means.size(), listener);
            if (image.isPresent()) {
                loss += means.learn(images.label(index), image.get());
                learned++;
            }
        }
        if (learned == 0) {
            throw new TrainingException(
                    "no image of the batch can be read; the last good checkpoint is of step " + means.steps());
        }
        means.endStep();
        return loss / learned;
    }

    /** The loss of images that were not learned from. */
    private static OptionalDouble measure(MeanImages means, ImageSet images, TrainingListener listener) {
        return IntStream.range(0, images.size())
                .mapToObj(index -> thumbnail(images, index, means.size(), listener)
                        .map(image -> means.loss(images.label(index), image)))
                .flatMap(Optional::stream)
                .mapToDouble(each -> each)
                .average();
    }

    /** An image that cannot be read is no reason to end a run. */
    private static Optional<float[]> thumbnail(ImageSet images, int index, int size, TrainingListener listener) {
        try {
            return Optional.of(Thumbnail.of(images.image(index), size));
        } catch (InvalidInputException e) {
            listener.note(e.getMessage() + "; it is left out");
            return Optional.empty();
        }
    }
}
