package org.nextscale.training.internal.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;

/** LPIPS on a narrow VGG16 with random weights, against plain loops in double precision. */
class PerceptualLossTest {
    private static final int[] PLACES = {0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28};
    private static final int[] STAGES = {1, 1, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5};
    private static final int[] WIDTHS = {4, 6, 5, 5, 4, 6, 6, 5, 5, 7, 4, 4, 6};
    private static final int SIDE = 16;
    private static final int PIXELS = 3 * SIDE * SIDE;

    @TempDir
    Path folder;

    private final Random random = new Random(11);
    private final Map<String, float[]> weights = new LinkedHashMap<>();
    private final float[] made = values(2 * PIXELS, 0.5);
    private final float[] wanted = values(2 * PIXELS, 0.5);

    PerceptualLossTest() {
        int in = 3;
        for (int i = 0; i < PLACES.length; i++) {
            weights.put(PLACES[i] + ".weight", values(WIDTHS[i] * in * 9, Math.sqrt(2.0 / (in * 9))));
            weights.put(PLACES[i] + ".bias", values(WIDTHS[i], 0.1));
            in = WIDTHS[i];
        }
        for (int stage = 1; stage <= 5; stage++) {
            float[] importance = values(width(stage), 1);
            for (int i = 0; i < importance.length; i++) {
                importance[i] = Math.abs(importance[i]);
            }
            weights.put("lin" + (stage - 1) + ".model.1.weight", importance);
        }
    }

    private float[] values(int count, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    /** Channels of a stage's last convolution. */
    private static int width(int stage) {
        int width = 0;
        for (int i = 0; i < PLACES.length; i++) {
            width = STAGES[i] == stage ? WIDTHS[i] : width;
        }
        return width;
    }

    private SafetensorsWriter network(boolean torchvision) {
        SafetensorsWriter writer = new SafetensorsWriter();
        long in = 3;
        for (int i = 0; i < PLACES.length; i++) {
            String name = (torchvision ? "features." : "net.slice" + STAGES[i] + ".") + PLACES[i];
            add(writer, name + ".weight", weights.get(PLACES[i] + ".weight"), (long) WIDTHS[i], in, 3L, 3L);
            add(writer, name + ".bias", weights.get(PLACES[i] + ".bias"), (long) WIDTHS[i]);
            in = WIDTHS[i];
        }
        return writer;
    }

    private void addImportance(SafetensorsWriter writer) {
        for (int i = 0; i < 5; i++) {
            String name = "lin" + i + ".model.1.weight";
            add(writer, name, weights.get(name), 1L, (long) width(i + 1), 1L, 1L);
        }
    }

    private static void add(SafetensorsWriter writer, String name, float[] values, Long... shape) {
        writer.add(
                new WeightInfo(name, DataType.F32, List.of(shape)),
                (first, target) -> target.put(values, (int) first, target.remaining()));
    }

    private double loss(Path network) {
        try (PointerScope scope = new PointerScope();
                PerceptualLoss loss = PerceptualLoss.open(network, Placement.CPU)) {
            return loss.of(images(made), images(wanted)).item_double();
        }
    }

    private static Tensor images(float[] pixels) {
        return Tensor.create(pixels, pixels.length / PIXELS, 3, SIDE, SIDE);
    }

    /** The features of the five stages, each of unit length at every place. */
    private List<PlainMaps> plainFeatures(PlainMaps image) {
        double[] shift = {-.030, -.088, -.188};
        double[] scale = {.458, .448, .450};
        PlainMaps x = new PlainMaps(3, SIDE, SIDE, image.values().clone());
        for (int i = 0; i < PIXELS; i++) {
            int channel = i / (SIDE * SIDE);
            x.values()[i] = (x.values()[i] - shift[channel]) / scale[channel];
        }
        List<PlainMaps> features = new ArrayList<>();
        for (int i = 0; i < PLACES.length; i++) {
            if (i > 0 && STAGES[i] != STAGES[i - 1]) {
                features.add(unit(x));
                x = x.maxPool();
            }
            x = x.convolution(weights.get(PLACES[i] + ".weight"), 3, weights.get(PLACES[i] + ".bias"), 1, 1)
                    .leaky(0);
        }
        features.add(unit(x));
        return features;
    }

    private static PlainMaps unit(PlainMaps x) {
        PlainMaps made =
                new PlainMaps(x.channels(), x.height(), x.width(), x.values().clone());
        int places = x.height() * x.width();
        for (int place = 0; place < places; place++) {
            double sum = 1e-10;
            for (int c = 0; c < x.channels(); c++) {
                sum += x.values()[c * places + place] * x.values()[c * places + place];
            }
            for (int c = 0; c < x.channels(); c++) {
                made.values()[c * places + place] /= Math.sqrt(sum);
            }
        }
        return made;
    }

    private double plainLoss(PlainMaps a, PlainMaps b, boolean weighted) {
        List<PlainMaps> of = plainFeatures(a);
        List<PlainMaps> with = plainFeatures(b);
        double loss = 0;
        for (int stage = 0; stage < 5; stage++) {
            double[] one = of.get(stage).values();
            double[] other = with.get(stage).values();
            float[] importance = weights.get("lin" + stage + ".model.1.weight");
            int places = one.length / importance.length;
            for (int i = 0; i < one.length; i++) {
                double difference = one[i] - other[i];
                loss += difference * difference * (weighted ? importance[i / places] : 1) / places;
            }
        }
        return loss;
    }

    private double plainLoss(boolean weighted) {
        double sum = 0;
        for (int image = 0; image < 2; image++) {
            sum += plainLoss(
                    new PlainMaps(3, SIDE, SIDE, made, image * PIXELS),
                    new PlainMaps(3, SIDE, SIDE, wanted, image * PIXELS),
                    weighted);
        }
        return sum / 2;
    }

    @Test
    void torchvisionsNetworkAlone() {
        Path file = folder.resolve("vgg.safetensors");
        network(true).write(file, ProgressListener.NONE, Cancellation.NEVER);
        double expected = plainLoss(false);
        assertEquals(expected, loss(file), 1e-5 * expected);
    }

    @Test
    void lpipsNetworkWithItsWeightsOfTheChannels() {
        Path file = folder.resolve("lpips.safetensors");
        SafetensorsWriter writer = network(false);
        addImportance(writer);
        writer.write(file, ProgressListener.NONE, Cancellation.NEVER);
        double expected = plainLoss(true);
        assertEquals(expected, loss(file), 1e-5 * expected);
        assertTrue(Math.abs(expected - plainLoss(false)) > 0.05 * expected, "the weights make no difference");
    }

    @Test
    void aFolderWithBothInTwoFiles() {
        network(true).write(folder.resolve("vgg16.safetensors"), ProgressListener.NONE, Cancellation.NEVER);
        SafetensorsWriter writer = new SafetensorsWriter();
        addImportance(writer);
        writer.write(folder.resolve("lin.safetensors"), ProgressListener.NONE, Cancellation.NEVER);
        double expected = plainLoss(true);
        assertEquals(expected, loss(folder), 1e-5 * expected);
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        Path file = folder.resolve("lpips.safetensors");
        SafetensorsWriter writer = network(false);
        addImportance(writer);
        writer.write(file, ProgressListener.NONE, Cancellation.NEVER);
        float[] gradient;
        try (PointerScope scope = new PointerScope();
                PerceptualLoss loss = PerceptualLoss.open(file, Placement.CPU)) {
            Tensor image = images(made);
            image.set_requires_grad(true);
            Tensor goal = images(wanted);
            goal.set_requires_grad(true);
            loss.of(image, goal).backward();
            gradient = Ops.values(image.grad());
            assertFalse(goal.grad().defined(), "gradients flow to what is wanted");
        }
        double norm = 0;
        for (float each : gradient) {
            norm += each * each;
        }
        double typical = Math.sqrt(norm / gradient.length);
        PlainMaps goal = new PlainMaps(3, SIDE, SIDE, wanted, 0);
        for (int i = 5; i < PIXELS; i += 41) {
            // Small enough that no rectifier changes its side.
            double step = 1e-6;
            PlainMaps image = new PlainMaps(3, SIDE, SIDE, made, 0);
            image.values()[i] += step;
            double above = plainLoss(image, goal, true);
            image.values()[i] -= 2 * step;
            double slope = (above - plainLoss(image, goal, true)) / (2 * step);
            // The loss is the mean of two images.
            assertEquals(slope / 2, gradient[i], 1e-3 * typical, "pixel " + i);
        }
    }

    @Test
    void theSameImagesDifferByNothing() {
        Path file = folder.resolve("vgg.safetensors");
        network(true).write(file, ProgressListener.NONE, Cancellation.NEVER);
        try (PointerScope scope = new PointerScope();
                PerceptualLoss loss = PerceptualLoss.open(file, Placement.CPU)) {
            Tensor flat = images(new float[PIXELS]);
            flat.set_requires_grad(true);
            Tensor none = loss.of(flat, images(new float[PIXELS]));
            none.backward();
            assertEquals(0, none.item_double());
            assertEquals(0, flat.grad().norm().item_double());
        }
    }

    private String refused(Path path) {
        return assertThrows(InvalidInputException.class, () -> PerceptualLoss.open(path, Placement.CPU))
                .getMessage();
    }

    @Test
    void whatIsNoVggIsRefused() throws IOException {
        assertTrue(refused(folder.resolve("absent")).endsWith("there is no such file or folder"));
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertTrue(refused(empty).contains("holds no VGG16"), refused(empty));
        Path other = folder.resolve("other.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter();
        add(writer, "conv1.weight", new float[3], 3L);
        writer.write(other, ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(refused(other).contains("there is no features.0.weight"), refused(other));
        Path cut = folder.resolve("cut.safetensors");
        writer = new SafetensorsWriter();
        add(writer, "features.0.weight", weights.get("0.weight"), 4L, 3L, 3L, 3L);
        add(writer, "features.0.bias", weights.get("0.bias"), 4L);
        writer.write(cut, ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(refused(cut).contains("lacks features.2.weight of a VGG16"), refused(cut));
        Path wrong = folder.resolve("wrong.safetensors");
        writer = new SafetensorsWriter();
        add(writer, "features.0.weight", new float[4 * 27], 4L, 27L);
        add(writer, "features.0.bias", weights.get("0.bias"), 4L);
        writer.write(wrong, ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(refused(wrong).contains("features.0.weight has shape [4, 27], expected [4, 3, 3, 3]"));
    }

    @Test
    void imagesTooSmallAreRefused() {
        Path file = folder.resolve("vgg.safetensors");
        network(true).write(file, ProgressListener.NONE, Cancellation.NEVER);
        try (PointerScope scope = new PointerScope();
                PerceptualLoss loss = PerceptualLoss.open(file, Placement.CPU)) {
            Tensor small = Tensor.create(new float[3 * 64], 1, 3, 8, 8);
            String said = assertThrows(InvalidInputException.class, () -> loss.of(small, small))
                    .getMessage();
            assertTrue(said.contains("images of 8 x 8 pixels are too small"), said);
        }
    }

    @Test
    void memoryComesBack() {
        Path file = folder.resolve("vgg.safetensors");
        network(true).write(file, ProgressListener.NONE, Cancellation.NEVER);
        long after = 0;
        float[] pixels = values(16 * PIXELS, 1);
        for (int i = 0; i < 300; i++) {
            try (PointerScope scope = new PointerScope();
                    PerceptualLoss loss = PerceptualLoss.open(file, Placement.CPU)) {
                Tensor image = images(pixels);
                image.set_requires_grad(true);
                loss.of(image, images(pixels)).backward();
            }
            after = i == 100 ? Pointer.physicalBytes() : after;
        }
        // The features of a step are more than two megabytes, and the Java heap grows as well.
        long grown = Pointer.physicalBytes() - after;
        assertTrue(grown < 150 << 20, grown + " bytes more after 200 steps");
    }
}
