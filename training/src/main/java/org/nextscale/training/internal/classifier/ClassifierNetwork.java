package org.nextscale.training.internal.classifier;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * A small convolutional classifier: two 3 × 3 convolutions a level, the second in steps of two, until 4 × 4 cells are left;
 * then a layer of features and one of classes. ReLU throughout.
 */
final class ClassifierNetwork {
    /** Sizes of the network. */
    record Shape(int side, int channels, int features, int classes) {
        private static final int LAST_SIDE = 4;
        private static final int WIDEST = 256;

        int levels() {
            int levels = 0;
            for (int left = side; left > LAST_SIDE; left = (left + 1) / 2) {
                levels++;
            }
            return levels;
        }

        /** Channels behind a level; the image is level 0. */
        int channels(int level) {
            return level == 0 ? 3 : Math.min(WIDEST, channels << (level - 1));
        }

        /** Cells along an edge behind the last level. */
        int lastSide() {
            int left = side;
            for (int i = 0; i < levels(); i++) {
                left = (left + 1) / 2;
            }
            return left;
        }

        int flattened() {
            return channels(levels()) * lastSide() * lastSide();
        }
    }

    private final Shape shape;
    private final TensorSet weights;

    ClassifierNetwork(Shape shape, TensorSet weights) {
        this.shape = shape;
        this.weights = weights;
    }

    static List<TensorShape> tensors(Shape shape) {
        List<TensorShape> tensors = new ArrayList<>();
        for (int level = 1; level <= shape.levels(); level++) {
            long in = shape.channels(level - 1);
            long out = shape.channels(level);
            add(tensors, "level" + level + ".same", out, in, 3, 3);
            add(tensors, "level" + level + ".half", out, out, 3, 3);
        }
        add(tensors, "features", shape.features(), shape.flattened());
        add(tensors, "classes", shape.classes(), shape.features());
        return tensors;
    }

    private static void add(List<TensorShape> tensors, String name, long... sizes) {
        List<Long> dimensions = new ArrayList<>();
        for (long size : sizes) {
            dimensions.add(size);
        }
        tensors.add(new TensorShape(name + ".weight", dimensions));
        tensors.add(new TensorShape(name + ".bias", List.of(sizes[0])));
    }

    /** Weights of variance 2 by the number of inputs (He et al., 2015), biases of 0. */
    static TensorValues initial(TensorShape tensor, long seed) {
        double deviation =
                tensor.shape().size() == 1 ? 0 : Math.sqrt(2.0 * tensor.shape().get(0) / tensor.elements());
        SplittableRandom random = new SplittableRandom(seed * 31 + tensor.name().hashCode());
        return (first, target) -> {
            while (target.hasRemaining()) {
                target.put((float) (deviation * random.nextGaussian()));
            }
        };
    }

    /** Unnormalized log-probabilities {@code [batch, classes]} of pixels {@code [batch, 3, side, side]} in [-1, 1]. */
    Tensor logits(Tensor pixels) {
        Tensor x = pixels;
        for (int level = 1; level <= shape.levels(); level++) {
            String name = "level" + level;
            Tensor input = x;
            x = Ops.part(() -> {
                Tensor same = torch.relu(Ops.convolution(input, weights, name + ".same"));
                return torch.relu(Ops.convolution(same, weights, name + ".half", 2, 1));
            });
        }
        Tensor features = torch.relu(Ops.linear(x.reshape(x.size(0), -1), weights, "features"));
        return Ops.linear(features, weights, "classes");
    }
}
