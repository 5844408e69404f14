package org.nextscale.training.internal.classifier;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.engine.model.ExpectedTensor;
import org.nextscale.training.internal.Devices;
import org.nextscale.training.internal.GpuBuild;
import org.nextscale.training.internal.data.Augmentation;
import org.nextscale.training.internal.data.Batches;
import org.nextscale.training.internal.data.ImageSet;
import org.nextscale.training.internal.data.ImageSets;
import org.nextscale.training.internal.data.Order;
import org.nextscale.training.internal.data.Part;
import org.nextscale.training.internal.data.View;
import org.nextscale.training.internal.loop.RunSettings;
import org.nextscale.training.internal.loop.TrainingLoop;
import org.nextscale.training.internal.optimiser.LearningRate;
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
    public String label() {
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
        ImageSet images = ImageSets.open(request.data(), side, Part.TRAIN, listener::note);
        ImageSet test =
                ImageSets.find(request.data(), side, Part.TEST, listener::note).orElse(images);
        ClassifierNetwork.Shape shape = new ClassifierNetwork.Shape(
                side,
                (int) values.integer("channels"),
                (int) values.integer("features"),
                images.classNames().size());
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
        Placement placement = Devices.start(run, gpuBuild, listener::note);
        try (RunFolder folder = TrainingLoop.open(id(), request, images.fingerprint())) {
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
                        () -> write(folder.path().resolve(RESULT), shape, weights, name(values, request.data())));
            });
        }
    }

    private static boolean decays(ExpectedTensor tensor) {
        return tensor.shape().size() > 1;
    }

    private static String name(ParameterValues values, Path data) {
        String given = values.text("name").strip();
        Path last = data.toAbsolutePath().normalize().getFileName();
        return given.isEmpty() ? last + " classifier" : given;
    }

    private static String write(Path target, ClassifierNetwork.Shape shape, TensorSet weights, String name) {
        ClassifierFile.write(target, shape, weights, name);
        return "wrote " + target + ": nextscale evaluate … --network " + target;
    }
}
