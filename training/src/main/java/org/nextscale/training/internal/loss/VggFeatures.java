package org.nextscale.training.internal.loss;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;
import org.nextscale.training.internal.torch.TensorSet;

/**
 * VGG16's features (Simonyan and Zisserman, 2015) as LPIPS takes them: behind the last rectifier of each of five stages, of
 * images that are shifted and scaled to ImageNet's mean and deviation. Names are torchvision's ({@code features.0.weight}) or
 * lpips' ({@code net.slice1.0.weight}, {@code lin0.model.1.weight}); widths are what the tensors show.
 */
final class VggFeatures implements FrozenNetwork {
    /** Of each stage, the places of its convolutions in torchvision's list of layers. */
    private static final int[][] STAGES = {{0, 2}, {5, 7}, {10, 12, 14}, {17, 19, 21}, {24, 26, 28}};

    private static final float[] SHIFT = {-.030f, -.088f, -.188f};
    private static final float[] SCALE = {.458f, .448f, .450f};
    private static final long KERNEL = 3;

    private final List<List<String>> stages;
    private final TensorSet weights;
    private final TensorSet importance;
    private final Tensor shift;
    private final Tensor scale;

    private VggFeatures(List<List<String>> stages, TensorSet weights, TensorSet importance) {
        this.stages = stages;
        this.weights = weights;
        this.importance = importance;
        try (PointerScope scope = new PointerScope()) {
            shift = keep(weights.placement().of(SHIFT, 1, SHIFT.length, 1, 1));
            scale = keep(weights.placement().of(SCALE, 1, SCALE.length, 1, 1));
        }
    }

    private static Tensor keep(Tensor tensor) {
        tensor.retainReference();
        return tensor;
    }

    static VggFeatures open(Path path, Placement placement) {
        List<Checkpoint> files = new ArrayList<>();
        try {
            for (Path each : files(path)) {
                files.add(Checkpoint.open(each));
            }
            return read(path, files, placement);
        } finally {
            files.forEach(Checkpoint::close);
        }
    }

    private static List<Path> files(Path path) {
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> found = Files.list(path)) {
            return found.filter(each -> each.getFileName().toString().matches(".*\\.(safetensors|pth|pt)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static VggFeatures read(Path path, List<Checkpoint> files, Placement placement) {
        WeightSource network = null;
        WeightSource channels = null;
        for (Checkpoint each : files) {
            network = name(each.tensors(), 0, 0) != null ? each.tensors() : network;
            channels = each.tensors().contains(linear(0)) ? each.tensors() : channels;
        }
        if (network == null) {
            throw new InvalidInputException(
                    path + ": holds no VGG16: there is no features.0.weight (torchvision) and no"
                            + " net.slice1.0.weight (lpips) in it; other networks are read from ONNX files");
        }
        List<List<String>> stages = new ArrayList<>();
        List<TensorShape> convolutions = new ArrayList<>();
        List<TensorShape> linears = new ArrayList<>();
        long width = SHIFT.length;
        for (int stage = 0; stage < STAGES.length; stage++) {
            List<String> names = new ArrayList<>();
            for (int place : STAGES[stage]) {
                String name = name(network, stage, place);
                if (name == null) {
                    throw new InvalidInputException(
                            network.description() + ": lacks features." + place + ".weight of a VGG16");
                }
                width = convolution(network, name, width, convolutions);
                names.add(name);
            }
            stages.add(names);
            linears.add(new TensorShape(linear(stage), List.of(1L, width, 1L, 1L)));
        }
        if (channels != null) {
            for (TensorShape each : linears) {
                require(channels, each);
            }
        }
        TensorSet weights = TensorSet.frozen(convolutions, network, placement);
        return new VggFeatures(
                stages, weights, channels == null ? null : TensorSet.frozen(linears, channels, placement));
    }

    private static String name(WeightSource source, int stage, int place) {
        for (String each : List.of("features." + place, "net.slice" + (stage + 1) + "." + place)) {
            if (source.contains(each + ".weight")) {
                return each;
            }
        }
        return null;
    }

    private static String linear(int stage) {
        return "lin" + stage + ".model.1.weight";
    }

    /** Adds a convolution that takes {@code in} channels and returns how many it makes. */
    private static long convolution(WeightSource source, String name, long in, List<TensorShape> tensors) {
        WeightInfo found = source.weight(name + ".weight");
        long out = found.shape().isEmpty() ? 0 : found.shape().get(0);
        TensorShape weight = new TensorShape(name + ".weight", List.of(out, in, KERNEL, KERNEL));
        TensorShape bias = new TensorShape(name + ".bias", List.of(out));
        require(source, weight);
        require(source, bias);
        tensors.add(weight);
        tensors.add(bias);
        return out;
    }

    private static void require(WeightSource source, TensorShape tensor) {
        source.require(
                tensor.name(),
                tensor.shape().stream().mapToLong(Long::longValue).toArray());
        if (source.weight(tensor.name()).type() == DataType.I64) {
            throw new InvalidInputException(
                    source.description() + ": " + tensor.name() + " is stored as I64, expected floats");
        }
    }

    @Override
    public List<Tensor> features(Tensor images) {
        if (Math.min(images.size(2), images.size(3)) < 1 << STAGES.length - 1) {
            throw new InvalidInputException("perceptual loss: images of " + images.size(3) + " x " + images.size(2)
                    + " pixels are too small for VGG16, which halves them four times");
        }
        List<Tensor> features = new ArrayList<>();
        Tensor x = images.sub(shift).div(scale);
        for (List<String> stage : stages) {
            Tensor input = features.isEmpty() ? x : pooled(x);
            x = Ops.part(() -> {
                Tensor h = input;
                for (String name : stage) {
                    h = Ops.convolution(h, weights, name).relu();
                }
                return h;
            });
            features.add(x);
        }
        return features;
    }

    private static Tensor pooled(Tensor x) {
        return torch.max_pool2d(x, 2, 2);
    }

    @Override
    public Tensor importance(int layer) {
        return importance == null ? null : importance.get(linear(layer));
    }

    @Override
    public void close() {
        weights.close();
        if (importance != null) {
            importance.close();
        }
        shift.releaseReference();
        scale.releaseReference();
    }
}
