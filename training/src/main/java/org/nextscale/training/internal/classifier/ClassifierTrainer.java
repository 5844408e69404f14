package org.nextscale.training.internal.classifier;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.files.WholeFile;
import org.nextscale.training.internal.GpuBuild;
import org.nextscale.training.internal.TorchDevices;
import org.nextscale.training.internal.data.Augmentation;
import org.nextscale.training.internal.data.Batches;
import org.nextscale.training.internal.data.Order;
import org.nextscale.training.internal.data.TrainingImages;
import org.nextscale.training.internal.data.View;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.loop.TrainingLoop;
import org.nextscale.training.internal.optimizer.LearningRate;
import org.nextscale.training.internal.run.RunFolder;
import org.nextscale.training.internal.tokenizer.ImageBatches;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Trains a classifier to evaluate images with. */
@Component
public final class ClassifierTrainer implements Trainer {
    private static final String RESULT = "classifier.onnx";
    private static final int TEST_BATCH = 256;
    private static final double FINAL_RATE = 0.01;
    private static final double WARM_UP = 0.05;

    /** As the container offers it; without one, as it is on the class path. */
    @Reference
    private GpuBuild gpuBuild = new GpuBuild();

    @Override
    public String id() {
        return "classifier";
    }

    @Override
    public String description() {
        return "a small classifier, whose features measure images (nextscale evaluate --network)";
    }

    @Override
    public List<Parameter> parameters() {
        List<Parameter> all = new ArrayList<>();
        all.add(Parameter.integer("size", 32, 8, 512, "pixels along an edge of the images"));
        all.add(Parameter.text(
                "name", "", "what its features are called in reports; by default like the data's folder"));
        all.add(Parameter.integer("channels", 32, 1, 1024, "of the first level; doubled at every further one"));
        all.add(Parameter.integer("features", 128, 1, 1 << 16, "length of its feature vectors"));
        all.addAll(RunSettings.parameters(6));
        all.add(Parameter.number("learning-rate", 1e-3, 0, 1, "at its peak; falls along a cosine"));
        all.add(Parameter.number("weight-decay", 0.01, 0, 1, "of weights"));
        all.add(Parameter.flag("flip", true, "also learn from mirror images"));
        return List.copyOf(all);
    }

    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        ParameterValues values = request.parameters();
        RunSettings run = RunSettings.of(values);
        int side = (int) values.integer("size");
        TrainingImages images =
                TrainingImages.of(request.images(), side, listener::note).requireClasses();
        TrainingImages test = request.testImages()
                .map(set -> TrainingImages.of(set, side, listener::note).withClassesOf(images))
                .orElse(images);
        ClassifierNetwork.Shape shape = new ClassifierNetwork.Shape(
                side,
                (int) values.integer("channels"),
                (int) values.integer("features"),
                images.classNames().size());
        ClassifierFile.requireFits(shape);
        Batches batches =
                new Batches(images.size(), run.batch(), run.seed(), new Augmentation(true, values.flag("flip")));
        long steps = run.steps(batches.stepsPerEpoch());
        LearningRate rate = new LearningRate(
                LearningRate.Shape.COSINE,
                values.number("learning-rate"),
                Math.round(WARM_UP * steps),
                steps,
                LearningRate.START,
                FINAL_RATE);
        Placement placement = TorchDevices.start(run, gpuBuild, listener::note);
        try (RunFolder folder = TrainingLoop.open(id(), request, images.fingerprint(), listener)) {
            WholeFile.requirePlace(folder.path().resolve(RESULT));
            new TrainingLoop(request, listener, folder, run, steps).run(() -> {
                TensorSet weights = TensorSet.trained(
                        ClassifierNetwork.tensors(shape),
                        each -> ClassifierNetwork.initial(each, run.seed()),
                        ClassifierTrainer::decays,
                        placement);
                return new ClassifierRecipe(
                        new ClassifierNetwork(shape, weights),
                        weights,
                        values.number("weight-decay"),
                        rate,
                        new ImageBatches(images, batches, placement),
                        new ImageBatches(test, Order.sequential(test.size(), TEST_BATCH, View.CENTRE), placement),
                        () -> write(
                                folder.path().resolve(RESULT),
                                shape,
                                weights,
                                name(values, request.images()),
                                images.classNames()));
            });
        }
    }

    private static boolean decays(TensorShape tensor) {
        return tensor.shape().size() > 1;
    }

    /** Without a name it is called like the data's folder. */
    private static String name(ParameterValues values, ImageSet images) {
        String given = values.text("name").strip();
        if (!given.isEmpty()) {
            return given;
        }
        Optional<String> folder = images.location()
                .map(path -> path.toAbsolutePath().normalize().getFileName())
                .map(Path::toString);
        return folder.map(name -> name + " classifier").orElse("classifier");
    }

    private static String write(
            Path target, ClassifierNetwork.Shape shape, TensorSet weights, String name, List<String> classNames) {
        ClassifierFile.write(target, shape, weights, name, classNames);
        return "wrote " + target + ": nextscale evaluate … --network " + target;
    }
}
