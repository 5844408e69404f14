package org.nextscale.training.internal.tokenizer;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.files.WholeFile;
import org.nextscale.model.TokenizerModel;
import org.nextscale.model.making.RandomInitialization;
import org.nextscale.training.internal.GpuBuild;
import org.nextscale.training.internal.TorchDevices;
import org.nextscale.training.internal.data.Augmentation;
import org.nextscale.training.internal.data.Batches;
import org.nextscale.training.internal.data.Order;
import org.nextscale.training.internal.data.TrainingImages;
import org.nextscale.training.internal.data.View;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.loop.TrainingLoop;
import org.nextscale.training.internal.run.RunFolder;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Trains a tokenizer: encoder, multi-scale quantizer and decoder. */
@Component
public final class TokenizerTrainer implements Trainer {
    /** Folder of the trained tokenizer in that of its run. */
    public static final String RESULT = "tokenizer";

    private static final int MOST_TEST_IMAGES = 512;
    /** No more than fit where batches are small, but enough to look at. */
    private static final int SMALLEST_TEST_BATCH = 10;

    private static final int LARGEST_TEST_BATCH = 64;

    /** As the container offers it; without one, as it is on the class path. */
    @Reference
    private GpuBuild gpuBuild = new GpuBuild();

    @Override
    public String id() {
        return "tokenizer";
    }

    @Override
    public String description() {
        return "encoder, multi-scale quantizer and decoder";
    }

    @Override
    public List<Parameter> parameters() {
        return TokenizerSettings.parameters();
    }

    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        TokenizerSettings settings = new TokenizerSettings(request.parameters());
        RunSettings run = settings.run();
        TokenizerSpec spec = settings.spec();
        ScalePyramid pyramid = settings.pyramid();
        int side = pyramid.finestSide() * spec.downsampling();
        TrainingImages images = TrainingImages.of(request.images(), side, listener::note);
        TrainingImages test = request.testImages()
                .map(set -> TrainingImages.of(set, side, listener::note))
                .orElse(images);
        listener.note(images.size() + " images of " + images.classNames().size() + " classes, " + side + " x " + side);
        Batches batches = new Batches(
                images.size(),
                run.batch(),
                run.seed(),
                new Augmentation(true, settings.values().flag("flip")));
        long steps = run.steps(batches.stepsPerEpoch());
        settings.check(steps, side);
        if (!settings.text("from").isEmpty()) {
            openLike(settings.text("from"), spec, pyramid).close();
        }
        Placement placement = TorchDevices.start(run, gpuBuild, listener::note);
        try (RunFolder folder = TrainingLoop.open(id(), request, images.fingerprint(), listener)) {
            requireWritable(folder.path().resolve(RESULT));
            Recipe recipe = new Recipe(settings, spec, pyramid, images, test, batches, placement, folder.path());
            new TrainingLoop(request, listener, folder, run, steps).run(() -> recipe.create(steps));
        }
    }

    private record Recipe(
            TokenizerSettings settings,
            TokenizerSpec spec,
            ScalePyramid pyramid,
            TrainingImages images,
            TrainingImages test,
            Batches batches,
            Placement placement,
            Path folder) {

        TokenizerRecipe create(long steps) {
            int tested = Math.min(MOST_TEST_IMAGES, test.size());
            int testBatch = Math.min(LARGEST_TEST_BATCH, Math.max(SMALLEST_TEST_BATCH, batches.batch()));
            return new TokenizerRecipe(
                    settings,
                    spec,
                    pyramid,
                    weights(),
                    new ImageBatches(images, batches, placement),
                    new ImageBatches(test, Order.sequential(tested, testBatch, View.CENTRE), placement),
                    steps,
                    this::write);
        }

        private TensorSet weights() {
            List<TensorShape> wanted = TokenizerTensors.all(spec, pyramid);
            String from = settings.text("from");
            if (from.isEmpty()) {
                RandomInitialization random =
                        new RandomInitialization(1, 1, 1, settings.run().seed());
                return TensorSet.trained(wanted, random::tokenizer, TokenizerTrainer::decays, placement);
            }
            try (TokenizerModel model = openLike(from, spec, pyramid)) {
                return TensorSet.trained(
                        wanted, TensorSet.source(model.weights()), TokenizerTrainer::decays, placement);
            }
        }

        private String write(TensorSet weights) {
            Path target = folder.resolve(RESULT);
            Function<TensorShape, TensorValues> values = weights::values;
            TokenizerModel.write(target, spec, pyramid, values);
            return "wrote " + target + ", a tokenizer of " + weights.elements() + " weights";
        }
    }

    /** Opens a tokenizer by its own folder or that of the run that made it. */
    public static TokenizerModel open(Path path) {
        Path result = path.resolve(RESULT);
        return TokenizerModel.open(Files.isDirectory(result) ? result : path);
    }

    /** The tokenizer to begin with, which must be of the shape that is trained. */
    private static TokenizerModel openLike(String from, TokenizerSpec spec, ScalePyramid pyramid) {
        TokenizerModel model = open(Path.of(from));
        if (!model.spec().equals(spec) || !model.pyramid().equals(pyramid)) {
            String found = model.spec() + " with " + model.pyramid();
            model.close();
            throw new InvalidInputException("from " + from + ": is " + found + ", not " + spec + " with " + pyramid);
        }
        return model;
    }

    /** Tries whether the result could be written, before there is one. */
    private static void requireWritable(Path target) {
        if (Files.isDirectory(target)) {
            WholeFile.requirePlace(target.resolve("config.json"));
        } else if (Files.exists(target)) {
            throw new InvalidInputException(target + " is a file, a folder is needed for the tokenizer; move it away");
        }
    }

    /** Weight decay pulls at convolutions, not at norms, biases and codes. */
    private static boolean decays(TensorShape tensor) {
        return tensor.shape().size() == 4;
    }
}
