package org.nextscale.training.internal.classifier;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.image.Pixels;
import org.nextscale.training.internal.data.TrainingImages;
import org.nextscale.training.internal.loop.Recipe;
import org.nextscale.training.internal.loop.StateTensor;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.optimizer.LearningRate;
import org.nextscale.training.internal.tokenizer.ImageBatches;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/** Cross entropy of the classes. For one thread. */
final class ClassifierRecipe implements Recipe {
    private static final int SAMPLES = 10;

    private final ClassifierNetwork network;
    private final TensorSet weights;
    private final AdamW optimizer;
    private final LearningRate learningRate;
    private final ImageBatches training;
    private final ImageBatches test;
    private final Supplier<String> result;

    /**
     * @param weights to be trained; closed with this
     * @param result writes the classifier; returns a line about it
     */
    ClassifierRecipe(
            ClassifierNetwork network,
            TensorSet weights,
            double weightDecay,
            LearningRate learningRate,
            ImageBatches training,
            ImageBatches test,
            Supplier<String> result) {
        this.network = network;
        this.weights = weights;
        this.learningRate = learningRate;
        this.training = training;
        this.test = test;
        this.result = result;
        optimizer = new AdamW(weights, 0.9, 0.999, weightDecay);
    }

    @Override
    public List<String> columns() {
        return List.of("loss", "accuracy", "learning-rate", "test-accuracy");
    }

    @Override
    public Map<String, Double> step(long step) {
        double rate = learningRate.at(step);
        Map<String, Double> values = new LinkedHashMap<>();
        weights.clearGradients();
        try (PointerScope scope = new PointerScope()) {
            Tensor labels = labels(training, step);
            Tensor logits = network.logits(training.pixels(step));
            Tensor loss = torch.cross_entropy_loss(logits, labels);
            loss.backward();
            optimizer.step(step, rate);
            values.put("loss", loss.item_double());
            values.put("accuracy", right(logits, labels) / labels.numel());
            values.put("learning-rate", rate);
        }
        return values;
    }

    private Tensor labels(ImageBatches batches, long step) {
        TrainingImages images = batches.images();
        int[] indices = batches.order().indices(step);
        long[] labels = new long[indices.length];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = images.label(indices[i]);
        }
        return weights.placement().of(labels, labels.length);
    }

    private static double right(Tensor logits, Tensor labels) {
        return logits.detach()
                .argmax(new LongOptional(-1), false)
                .eq(labels)
                .sum()
                .item_double();
    }

    @Override
    public Map<String, Double> measure(long step) {
        double right = 0;
        double count = 0;
        for (long i = 0; i < test.order().steps(); i++) {
            try (PointerScope scope = new PointerScope();
                    NoGradGuard guard = new NoGradGuard()) {
                Tensor labels = labels(test, i);
                right += right(network.logits(test.pixels(i)), labels);
                count += labels.numel();
            }
        }
        return Map.of("test-accuracy", right / count);
    }

    /** What is learned from. */
    @Override
    public Pixels sample(long step) {
        try (PointerScope scope = new PointerScope()) {
            return Ops.pixels(training.pixels(step).narrow(0, 0, sampleColumns()));
        }
    }

    @Override
    public int sampleColumns() {
        return Math.min(SAMPLES, training.order().indices(0).length);
    }

    @Override
    public List<StateTensor> state() {
        return StateTensor.of("classifier", weights, optimizer, null);
    }

    @Override
    public long resultBytes() {
        return weights.elements() * Float.BYTES;
    }

    @Override
    public String finish() {
        return result.get();
    }

    @Override
    public void close() {
        optimizer.close();
        weights.close();
    }
}
