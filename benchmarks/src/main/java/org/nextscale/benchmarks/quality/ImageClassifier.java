package org.nextscale.benchmarks.quality;

import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.IntConsumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * A small convolutional classifier of {@link GreyImages} in libtorch: three 3 × 3 convolutions in steps of two, of 32, 64
 * and 128 channels, and a linear layer. It computes on one thread, so that a seed gives the same classifier however many
 * processors there are. One thread uses it at a time.
 */
final class ImageClassifier implements AutoCloseable {
    private static final int BATCH = 128;
    private static final double LEARNING_RATE = 1e-3;
    private static final int HALVINGS = 3;
    private static final int LAST_SIDE = GreyImages.SIDE >> HALVINGS;
    private static final long[] HALF = {2, 2};
    private static final long[] BORDER = {1, 1};
    private static final long[] DENSE = {1, 1};

    /** Weight and bias of every layer. */
    private final List<Tensor> parameters = new ArrayList<>();

    private ImageClassifier(long seed) {
        torch.set_num_threads(1);
        torch.manual_seed(seed);
        try (PointerScope scope = new PointerScope()) {
            layer(32, 1, 3, 3);
            layer(64, 32, 3, 3);
            layer(128, 64, 3, 3);
            layer(FashionMnist.CLASSES, 128, LAST_SIDE, LAST_SIDE);
        }
    }

    /** Weights of variance 2 by the number of inputs (He et al., 2015), biases of 0. */
    private void layer(long... shape) {
        long inputs = 1;
        for (int i = 1; i < shape.length; i++) {
            inputs *= shape[i];
        }
        keep(torch.randn(shape).mul(new Scalar(Math.sqrt(2.0 / inputs))));
        keep(torch.zeros(shape[0]));
    }

    private void keep(Tensor parameter) {
        parameter.set_requires_grad(true);
        parameter.retainReference();
        parameters.add(parameter);
    }

    /**
     * Trains one from scratch with Adam, whose rate falls linearly to nothing.
     *
     * @param afterEpoch is told how many epochs are done
     */
    static ImageClassifier train(GreyImages images, int epochs, long seed, IntConsumer afterEpoch) {
        ImageClassifier classifier = new ImageClassifier(seed);
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < images.count(); i++) {
            order.add(i);
        }
        Random random = new Random(seed);
        int steps = (images.count() + BATCH - 1) / BATCH;
        try (PointerScope scope = new PointerScope()) {
            TensorVector parameters = new TensorVector(classifier.parameters.toArray(Tensor[]::new));
            Adam optimizer = new Adam(parameters, new AdamOptions(LEARNING_RATE));
            for (int epoch = 0; epoch < epochs; epoch++) {
                Collections.shuffle(order, random);
                for (int step = 0; step < steps; step++) {
                    double done = (double) (epoch * steps + step) / (epochs * steps);
                    int end = Math.min(images.count(), (step + 1) * BATCH);
                    GreyImages batch = images.pick(order.subList(step * BATCH, end));
                    classifier.step(optimizer, LEARNING_RATE * (1 - done), batch);
                }
                afterEpoch.accept(epoch + 1);
            }
        }
        return classifier;
    }

    private void step(Adam optimizer, double rate, GreyImages batch) {
        try (PointerScope scope = new PointerScope()) {
            optimizer.param_groups().get(0).options().set_lr(rate);
            optimizer.zero_grad();
            long[] labels = new long[batch.count()];
            for (int i = 0; i < labels.length; i++) {
                labels[i] = batch.labels()[i];
            }
            torch.cross_entropy(scores(batch.levels()), Tensor.create(labels)).backward();
            optimizer.step();
        }
    }

    /** Unnormalized log-probabilities, {@code [images, classes]}. */
    private Tensor scores(byte[] levels) {
        float[] values = new float[levels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (levels[i] & 0xff) / 127.5f - 1;
        }
        int count = levels.length / GreyImages.PIXELS;
        Tensor x = Tensor.create(values, count, 1, GreyImages.SIDE, GreyImages.SIDE);
        for (int layer = 0; layer < HALVINGS; layer++) {
            x = torch.relu(torch.conv2d(x, weight(layer), bias(layer), HALF, BORDER, DENSE, 1));
        }
        // No convolution of the whole map: oneDNN's gradients are wrong unless output channels are a multiple of 16.
        return torch.linear(x.reshape(count, -1), weight(HALVINGS).reshape(FashionMnist.CLASSES, -1), bias(HALVINGS));
    }

    private Tensor weight(int layer) {
        return parameters.get(2 * layer);
    }

    private TensorOptional bias(int layer) {
        return new TensorOptional(parameters.get(2 * layer + 1));
    }

    /**
     * The likeliest class of every image.
     *
     * @param levels {@code [images, SIDE, SIDE]} as in {@link GreyImages}
     */
    int[] classify(byte[] levels) {
        try (PointerScope scope = new PointerScope();
                InferenceMode inference = new InferenceMode(true)) {
            LongBuffer best = scores(levels)
                    .argmax(new LongOptional(-1), false)
                    .contiguous()
                    .createBuffer();
            int[] classes = new int[best.remaining()];
            for (int i = 0; i < classes.length; i++) {
                classes[i] = (int) best.get(i);
            }
            return classes;
        }
    }

    /** Share of images whose label it finds. */
    Estimate accuracy(GreyImages images) {
        int right = 0;
        for (int i = 0; i < images.count(); i += BATCH) {
            int end = Math.min(images.count(), i + BATCH);
            int[] found = classify(Arrays.copyOfRange(images.levels(), i * GreyImages.PIXELS, end * GreyImages.PIXELS));
            for (int k = 0; k < found.length; k++) {
                right += found[k] == images.labels()[i + k] ? 1 : 0;
            }
        }
        return Estimate.share(right, images.count());
    }

    @Override
    public void close() {
        parameters.forEach(Tensor::releaseReference);
        parameters.clear();
    }
}
