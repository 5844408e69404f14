package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.api.image.Pixels;

/** What every {@link FeatureNetworkProvider} must do with a file of its kind. */
public abstract class FeatureNetworkSuite extends PluginSuite<FeatureNetworkProvider> {
    /** Float32 sums in another order, relative to the largest. */
    private static final float ROUNDING = 1e-4f;

    /** Along an edge where the network takes any size. */
    private static final int SIDE = 32;

    private static final int THREADS = 4;

    @TempDir
    Path folder;

    protected FeatureNetworkSuite() {
        super(PluginKind.FEATURE_NETWORK);
    }

    /**
     * A file that the plugin opens.
     *
     * @param empty to write it to, if it is not there already
     */
    protected abstract Path network(Path empty) throws IOException;

    private FeatureNetwork open() throws IOException {
        return info().plugin().open(network(Files.createTempDirectory(folder, "network")));
    }

    private static int height(FeatureNetwork network) {
        return network.input().height().orElse(SIDE);
    }

    private static int width(FeatureNetwork network) {
        return network.input().width().orElse(SIDE);
    }

    private static float[] noise(int length) {
        Random random = new Random(2);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = 2 * random.nextFloat() - 1;
        }
        return values;
    }

    private static Map<String, float[]> run(FeatureNetwork network, float[] images, Set<String> wanted) {
        int ofImage = Pixels.CHANNELS * height(network) * width(network);
        return network.run(images, images.length / ofImage, height(network), width(network), wanted);
    }

    @Test
    final void itComputesWhatIsWantedAndNothingElse() throws IOException {
        try (FeatureNetwork network = open()) {
            assertFalse(network.outputs().isEmpty());
            float[] images = noise(2 * Pixels.CHANNELS * height(network) * width(network));
            for (String name : network.outputs().keySet()) {
                Map<String, float[]> found = run(network, images, Set.of(name));
                assertEquals(Set.of(name), found.keySet());
                long known = network.outputs().get(name).stream()
                        .mapToLong(size -> size.orElse(1))
                        .reduce(1, (one, other) -> one * other);
                assertEquals(0, found.get(name).length % (2 * known), name + " of two images");
            }
        }
    }

    @Test
    final void imagesOfABatchAreAsAlone() throws IOException {
        try (FeatureNetwork network = open()) {
            int ofImage = Pixels.CHANNELS * height(network) * width(network);
            float[] images = noise(2 * ofImage);
            Set<String> all = network.outputs().keySet();
            Map<String, float[]> together = run(network, images, all);
            for (int image = 0; image < 2; image++) {
                Map<String, float[]> alone =
                        run(network, Arrays.copyOfRange(images, image * ofImage, (image + 1) * ofImage), all);
                for (String name : all) {
                    float[] wanted = alone.get(name);
                    int length = wanted.length;
                    float[] found = Arrays.copyOfRange(together.get(name), image * length, (image + 1) * length);
                    float largest = 0;
                    for (float value : wanted) {
                        largest = Math.max(largest, Math.abs(value));
                    }
                    assertArrayEquals(wanted, found, ROUNDING * largest, name + " of image " + image);
                }
            }
        }
    }

    @Test
    final void severalThreadsMayUseIt() throws IOException {
        try (FeatureNetwork network = open()) {
            float[] images = noise(Pixels.CHANNELS * height(network) * width(network));
            Set<String> all = network.outputs().keySet();
            Map<String, float[]> wanted = run(network, images, all);
            IntStream.range(0, THREADS).parallel().forEach(thread -> {
                Map<String, float[]> found = run(network, images, all);
                wanted.forEach((name, values) -> assertArrayEquals(values, found.get(name), name));
            });
        }
    }

    @Test
    final void aFileThatIsNoNetworkIsRefusedInOneLine() throws IOException {
        Path file = folder.resolve("no-network." + choice().id());
        Files.writeString(file, "this is no network");
        for (Path each : new Path[] {file, folder.resolve("absent." + choice().id())}) {
            String message = assertThrows(
                            InvalidInputException.class, () -> info().plugin().open(each))
                    .getMessage();
            assertTrue(message.contains(each.getFileName().toString()), message);
            assertEquals(1, message.lines().count(), message);
        }
    }
}
