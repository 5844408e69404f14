package org.nextscale.backend.onnx.internal.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.evaluation.FeatureNetwork;
import org.nextscale.api.evaluation.FeatureNetworkProvider;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;

class OnnxFeatureNetworkTest {
    @TempDir
    Path folder;

    @Test
    void runsAFileOfAnotherProgram() throws IOException {
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        model.writeBytes(SmallNetwork.of("image", "batch", 3, "height", 2));
        // ModelProto.metadata_props, a StringStringEntryProto.
        byte[] entry = ("\12\1k\22\5value").getBytes(StandardCharsets.ISO_8859_1);
        model.write(14 << 3 | 2);
        model.write(entry.length);
        model.writeBytes(entry);
        Path file = Files.write(folder.resolve("tiny.onnx"), model.toByteArray());
        FeatureNetworkProvider provider =
                ServiceLoader.load(FeatureNetworkProvider.class).findFirst().orElseThrow();
        assertEquals("onnx", provider.id());
        FeatureNetwork network = provider.open(file);
        assertEquals(OptionalInt.empty(), network.input().height());
        assertEquals(OptionalInt.of(2), network.input().width());
        assertEquals(Map.of("features", List.of(OptionalLong.of(3))), network.outputs());
        assertEquals(Map.of("k", "value"), network.properties());
        float[] images = {1, 3, 0, 0, 5, 5, -1, -1, 0, 2, 8, 8};
        float[] found = network.run(images, 2, 1, 2, Set.of("features")).get("features");
        assertArrayEquals(new float[] {2, 0, 5, -1, 1, 8}, found);
        BackendException e =
                assertThrows(BackendException.class, () -> network.run(new float[9], 1, 1, 3, Set.of("features")));
        assertTrue(e.getMessage().contains("tiny.onnx") && !e.getMessage().contains("\n"), e.getMessage());
        network.close();
        network.close();
        assertThrows(IllegalStateException.class, () -> network.run(images, 2, 1, 2, Set.of("features")));
    }

    @Test
    void refusesWhatIsNoSuchNetwork() throws IOException {
        byte[] good = SmallNetwork.of("image", "batch", 3, "height", "width");
        refused("is no ONNX network", Arrays.copyOf(good, good.length / 2));
        refused("is no ONNX network", "hello".getBytes(StandardCharsets.UTF_8));
        refused("is no ONNX network", new byte[0]);
        refused("images must be [batch, 3, height, width]", SmallNetwork.of("image", "batch", 4, "height", "width"));
        refused("free batch dimension", SmallNetwork.of("image", 8, 3, "height", "width"));
        refused("more than 4096", SmallNetwork.of("image", "batch", 3, 5000, "width"));
        GraphBuilder two = new GraphBuilder("two");
        Value sum = two.named("sum", "Add", List.of(), two.input("a", 1), two.input("b", 1));
        two.output(sum, 1);
        refused("one alone is needed", two.build());
        assertThrows(InvalidInputException.class, () -> OnnxFeatureNetwork.open(folder.resolve("none.onnx"), 1));
        assertThrows(InvalidInputException.class, () -> OnnxFeatureNetwork.open(folder, 1));
    }

    private void refused(String why, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("bad.onnx"), bytes);
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> OnnxFeatureNetwork.open(file, 1));
        assertTrue(
                e.getMessage().contains(why)
                        && e.getMessage().contains("bad.onnx")
                        && !e.getMessage().contains("\n"),
                e.getMessage());
    }
}
