package org.nextscale.training.internal.loss;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.InvalidInputException;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * Tells patches of real images from patches of made ones (PatchGAN: Isola et al., 2017, as in VQGAN): 4 × 4 convolutions, of
 * which all but the last two halve the size, with leaky rectifiers between them. It looks at pixels; the features of a
 * pretrained network, which the authors of VAR prefer, are nothing that could be shipped here.
 *
 * <p>Where VQGAN has BatchNorm this has GroupNorm: an image's score does not depend on the others of its batch, which are few
 * on a CPU, and there are no running averages beside the weights that a resumed run would have to bring back.
 *
 * <p>For one thread; owns its weights.
 */
public final class PatchDiscriminator implements AutoCloseable {
    private static final int KERNEL = 4;
    private static final int GROUPS = 8;
    private static final int WIDEST = 8;
    private static final double SLOPE = 0.2;
    private static final double EPSILON = 1e-5;
    private static final double DEVIATION = 0.02;
    /** The smallest map that the last two convolutions, which take a cell off each, leave something of. */
    private static final long SMALLEST_MAP = 3;

    private final List<Layer> layers = new ArrayList<>();
    private final int channels;
    private final int halvings;
    private final TensorSet weights;

    /** A convolution and perhaps a norm; names as in VQGAN. */
    private record Layer(String convolution, String norm, long in, long out, int stride) {}

    /**
     * A discriminator that has not learned yet.
     *
     * @param channels of the first layer, a multiple of 8; VQGAN has 64. Later layers have 2, 4 and at most 8 times as many
     * @param layers convolutions of stride 2, at least 1; VQGAN has 3, for patches of 70 pixels
     * @param seed of the weights, which are normal with a deviation of .02
     * @param placement where they, and the images, live
     */
    public PatchDiscriminator(int channels, int layers, long seed, Placement placement) {
        requireShape(channels, layers);
        this.channels = channels;
        this.halvings = layers;
        long in = 3;
        int index = 0;
        for (int i = 0; i <= layers; i++) {
            long out = (long) channels * Math.min(1 << i, WIDEST);
            String norm = i == 0 ? null : "main." + (index + 1);
            this.layers.add(new Layer("main." + index, norm, in, out, i < layers ? 2 : 1));
            index += norm == null ? 2 : 3;
            in = out;
        }
        this.layers.add(new Layer("main." + index, null, in, 1, 1));
        weights = TensorSet.trained(
                tensors(), each -> initial(each, seed), each -> each.shape().size() > 1, placement);
    }

    private List<TensorShape> tensors() {
        List<TensorShape> tensors = new ArrayList<>();
        for (Layer each : layers) {
            List<Long> shape = List.of(each.out, each.in, (long) KERNEL, (long) KERNEL);
            tensors.add(new TensorShape(each.convolution + ".weight", shape));
            // A norm behind a convolution takes its bias away again.
            String shift = each.norm == null ? each.convolution : each.norm;
            if (each.norm != null) {
                tensors.add(new TensorShape(each.norm + ".weight", List.of(each.out)));
            }
            tensors.add(new TensorShape(shift + ".bias", List.of(each.out)));
        }
        return tensors;
    }

    private static TensorValues initial(TensorShape tensor, long seed) {
        if (tensor.name().endsWith(".bias")) {
            return (first, target) -> {
                while (target.hasRemaining()) {
                    target.put(0);
                }
            };
        }
        double mean = tensor.shape().size() == 1 ? 1 : 0;
        Random random = new Random(seed * 31 + tensor.name().hashCode());
        return (first, target) -> {
            while (target.hasRemaining()) {
                target.put((float) (mean + DEVIATION * random.nextGaussian()));
            }
        };
    }

    private static void requireShape(int channels, int layers) {
        if (channels < GROUPS || channels % GROUPS != 0 || layers < 1 || layers > 8) {
            throw new InvalidInputException("discriminator: channels are " + channels + " and layers " + layers
                    + ", must be a multiple of 8 and 1..8");
        }
    }

    /**
     * Refuses what could not judge such images, before there is a discriminator.
     *
     * @throws InvalidInputException if it has no such shape, or the images are too small for it
     */
    public static void require(int channels, int layers, long width, long height) {
        requireShape(channels, layers);
        long smallest = SMALLEST_MAP << layers;
        if (width < smallest || height < smallest) {
            throw new InvalidInputException("discriminator: images of " + width + " x " + height
                    + " pixels are too small for " + layers + " layers, which need " + smallest);
        }
    }

    /**
     * Judges images. Gradients flow to them and, as long as nobody clears them, add up in the weights.
     *
     * @param images {@code [batch, 3, height, width]} in [-1, 1]
     * @return {@code [batch, 1, rows, columns]}, large where a patch looks real
     */
    public Tensor score(Tensor images) {
        require(channels, halvings, images.size(3), images.size(2));
        Tensor x = images;
        for (Layer each : layers) {
            Tensor input = x;
            x = Ops.part(() -> run(each, input));
        }
        return x;
    }

    private Tensor run(Layer layer, Tensor x) {
        Tensor bias = layer.norm == null ? weights.get(layer.convolution + ".bias") : null;
        Tensor made = Ops.convolution(x, weights.get(layer.convolution + ".weight"), bias, layer.stride, 1);
        if (layer == layers.get(layers.size() - 1)) {
            return made;
        }
        if (layer.norm != null) {
            made = torch.group_norm(
                    made,
                    GROUPS,
                    Ops.optional(weights.get(layer.norm + ".weight")),
                    Ops.optional(weights.get(layer.norm + ".bias")),
                    EPSILON,
                    true);
        }
        return torch.leaky_relu(made, Ops.scalar(SLOPE));
    }

    /** What is trained. */
    public TensorSet weights() {
        return weights;
    }

    @Override
    public void close() {
        weights.close();
    }
}
