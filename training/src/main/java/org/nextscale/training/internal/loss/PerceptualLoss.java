package org.nextscale.training.internal.loss;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;

/**
 * How different images look to a network that has learned to see (LPIPS: Zhang et al., 2018): at every place the features are
 * scaled to unit length over the channels; squared differences are summed over the channels, each by its importance, averaged
 * over the places and summed over the layers. Differentiable; the network's weights stay as they are. For one thread.
 */
public final class PerceptualLoss implements AutoCloseable {
    /** Under the root, so that places where all features are 0 have a gradient. */
    private static final double EPSILON = 1e-10;

    private final FrozenNetwork network;

    PerceptualLoss(FrozenNetwork network) {
        this.network = network;
    }

    /**
     * Opens a network.
     *
     * @param path an ONNX file, whose outputs are compared; or VGG16's weights as torchvision or lpips name them, safetensors
     *     or PyTorch checkpoint, with or without lpips' weights of the channels; or a folder with both in two files
     * @param placement where the images are
     * @throws InvalidInputException naming the file if it is none of these, or holds an operator that is not known here
     */
    public static PerceptualLoss open(Path path, Placement placement) {
        requireThere(path);
        boolean graph = path.getFileName().toString().endsWith(".onnx");
        return new PerceptualLoss(graph ? OnnxFeatures.open(path, placement) : VggFeatures.open(path, placement));
    }

    /** Refuses a path where there is nothing, before anything is computed. */
    public static void requireThere(Path path) {
        if (!Files.exists(path)) {
            throw new InvalidInputException(path + ": there is no such file or folder");
        }
    }

    /**
     * Compares images pairwise.
     *
     * @param made {@code [batch, 3, height, width]} in [-1, 1]; gradients flow back to them
     * @param wanted of the same shape; no gradients flow back to them
     * @return the mean over the batch, a scalar
     */
    public Tensor of(Tensor made, Tensor wanted) {
        return Ops.part(() -> {
            List<Tensor> goals;
            try (NoGradGuard guard = new NoGradGuard()) {
                goals = network.features(wanted).stream()
                        .map(PerceptualLoss::unit)
                        .toList();
            }
            List<Tensor> found = network.features(made);
            Tensor sum = null;
            for (int layer = 0; layer < found.size(); layer++) {
                Tensor difference = unit(found.get(layer)).sub(goals.get(layer)).square();
                Tensor importance = network.importance(layer);
                Tensor weighted = importance == null ? difference : difference.mul(importance);
                Tensor distance = weighted.sum(new long[] {1}, false, new ScalarTypeOptional())
                        .mean();
                sum = sum == null ? distance : sum.add(distance);
            }
            return sum;
        });
    }

    private static Tensor unit(Tensor features) {
        Tensor squares = features.square().sum(new long[] {1}, true, new ScalarTypeOptional());
        return features.mul(squares.add(Ops.scalar(EPSILON)).rsqrt());
    }

    @Override
    public void close() {
        network.close();
    }
}
