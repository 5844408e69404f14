package org.nextscale.training.internal.transformer;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.model.TokenizerModel;
import org.nextscale.model.making.ModelAssembly;
import org.nextscale.training.internal.GpuBuild;
import org.nextscale.training.internal.TorchDevices;
import org.nextscale.training.internal.data.Augmentation;
import org.nextscale.training.internal.data.Batches;
import org.nextscale.training.internal.data.TokenCache;
import org.nextscale.training.internal.data.TokenCacheContent;
import org.nextscale.training.internal.data.TrainingImages;
import org.nextscale.training.internal.data.View;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.loop.TrainingLoop;
import org.nextscale.training.internal.run.RunFolder;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Trains the scale-wise transformer on the tokens of images, anew or from the weights of a model. */
@Component
public final class TransformerTrainer implements Trainer {
    private static final int MOST_TEST_IMAGES = 1024;

    /** As the container offers it; without one, as it is on the class path. */
    @Reference
    private GpuBuild gpuBuild = new GpuBuild();

    @Override
    public String id() {
        return "transformer";
    }

    @Override
    public String description() {
        return "the scale-wise transformer, and with its tokenizer a whole model";
    }

    @Override
    public List<Parameter> parameters() {
        return TransformerSettings.parameters();
    }

    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        TransformerSettings settings = new TransformerSettings(request.parameters());
        settings.check();
        RunSettings run = settings.run();
        try (Beginning beginning = Beginning.of(settings)) {
            TokenizerModel tokenizer = beginning.tokenizer();
            int side = tokenizer.pyramid().finestSide() * tokenizer.spec().downsampling();
            TrainingImages images =
                    TrainingImages.of(request.images(), side, listener::note).requireClasses();
            Optional<TrainingImages> testImages = request.testImages()
                    .map(set -> TrainingImages.of(set, side, listener::note).withClassesOf(images));
            ModelSpec spec = beginning.spec(settings, images.classNames().size());
            listener.note(
                    images.size() + " images of " + spec.transformer().classes() + " classes, " + side + " x " + side);
            Batches batches = new Batches(images.size(), run.batch(), run.seed(), Augmentation.NONE);
            long steps = run.steps(batches.stepsPerEpoch());
            int part = run.batch() / settings.integer("accumulate");
            ModelAssembly assembly = assembly(settings, spec, images, request.out());
            Placement placement = TorchDevices.start(run, gpuBuild, listener::note);
            try (RunFolder folder = TrainingLoop.open(id(), request, images.fingerprint(), listener);
                    TensorSet frozen = TensorSet.frozen(
                            TokenizerTensors.all(tokenizer.spec(), tokenizer.pyramid()),
                            tokenizer.weights(),
                            placement)) {
                assembly.requireWritable(folder.model());
                new TrainingLoop(request, listener, folder, run, steps).run(() -> {
                    Tokenization tokenization = new Tokenization(spec, frozen, request.cancellation(), listener);
                    List<View> views = views(settings, run.seed());
                    TokenCache cache = tokenization.of(
                            cacheFile(settings, folder), content(tokenizer, images, images.size(), views), images);
                    TokenBatches test = testImages
                            .map(set -> test(tokenization, tokenizer, set, folder, part, placement))
                            .orElse(null);
                    return new TransformerRecipe(
                            settings,
                            spec,
                            frozen,
                            beginning.weights(settings, spec, images.classNames(), placement),
                            new TokenBatches(cache, batches, batches.stepsPerEpoch(), placement),
                            test,
                            steps,
                            (tokens, weights) -> write(assembly, folder, tokens, weights));
                });
            }
        }
    }

    private static Path cacheFile(TransformerSettings settings, RunFolder folder) {
        String given = settings.path("token-cache");
        return given.isEmpty() ? folder.path().resolve("tokens.cache") : Path.of(given);
    }

    private static TokenBatches test(
            Tokenization tokenization,
            TokenizerModel tokenizer,
            TrainingImages set,
            RunFolder folder,
            int batch,
            Placement placement) {
        int count = Math.min(MOST_TEST_IMAGES, set.size());
        TokenCache cache = tokenization.of(
                folder.path().resolve("test-tokens.cache"), content(tokenizer, set, count, View.centred(false)), set);
        Batches batches = new Batches(count, Math.min(batch, count), 0, Augmentation.NONE);
        return new TokenBatches(cache, batches, batches.stepsPerEpoch(), placement);
    }

    private static TokenCacheContent content(
            TokenizerModel tokenizer, TrainingImages set, int images, List<View> views) {
        return new TokenCacheContent(
                tokenizer.fingerprint(),
                set.fingerprint(),
                tokenizer.pyramid().patchNums(),
                tokenizer.spec().vocabularySize(),
                views,
                images);
    }

    /** How every image is looked at: in the middle, or at random places; and in a mirror as well. */
    private static List<View> views(TransformerSettings settings, long seed) {
        List<View> views = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(seed);
        int crops = settings.integer("crops");
        for (int i = 0; i < crops; i++) {
            double y = crops == 1 ? 0.5 : random.nextDouble();
            double x = crops == 1 ? 0.5 : random.nextDouble();
            views.add(new View(y, x, false));
            if (settings.flag("flip")) {
                views.add(new View(y, x, true));
            }
        }
        return views;
    }

    /** The model that the run ends with, but for its weights. */
    private static ModelAssembly assembly(
            TransformerSettings settings, ModelSpec spec, TrainingImages images, Path out) {
        String name = settings.path("name");
        String description = settings.path("description");
        String version = TransformerTrainer.class.getPackage().getImplementationVersion();
        return new ModelAssembly(
                name.isEmpty() ? String.valueOf(out.toAbsolutePath().normalize().getFileName()) : name,
                description.isEmpty() ? "Trained with Nextscale on " + images.size() + " images." : description,
                spec,
                settings.dataType(),
                images.classNames(),
                "train",
                settings.run().seed(),
                "nextscale " + (version == null ? "development" : version));
    }

    private static String write(ModelAssembly assembly, RunFolder folder, TensorSet tokenizer, TensorSet transformer) {
        assembly.write(
                folder.model(),
                true,
                tokenizer::values,
                transformer::values,
                ProgressListener.NONE,
                Cancellation.NEVER);
        return "wrote " + folder.model() + ", a model of " + (tokenizer.elements() + transformer.elements())
                + " weights: nextscale generate --model " + folder.model();
    }
}
