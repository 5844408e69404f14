package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.distribution.Distribution.Outcome;

/** Images of the boxed model are measured by the shipped program, with a network in an ONNX file. */
class EvaluateIT {

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"felix", "none"})
    void measuresTheBoxedModel(String container) throws Exception {
        Map<String, String> environment = Map.of("NEXTSCALE_CONTAINER", container);
        String network = Files.write(folder.resolve("columns.onnx"), network()).toString();
        String pack = folder.resolve("real.npz").toString();
        succeeded(Distribution.run(environment, "evaluate", "pack", "--images-per-class", "5", "--out", pack));

        String[] evaluate = {"evaluate", "--images-per-class", "4", "--seed", "1", "--reference", pack};
        Outcome outcome = Distribution.run(environment, with(evaluate, "--network", network, "--json"));
        succeeded(outcome);
        for (String metric : List.of("frechet-distance", "classifier-score", "precision", "recall", "class-accuracy")) {
            assertTrue(outcome.out().contains("\"" + metric + "\": "), outcome::toString);
        }
        assertTrue(outcome.out().contains("\"images\": 40,"), outcome::toString);

        outcome = Distribution.run(environment, "evaluate", "reconstruction", "--data", pack, "--network", network);
        succeeded(outcome);
        assertTrue(
                outcome.out().matches("(?s)PSNR, dB +[0-9.]+\\RSSIM +0\\.[0-9]+\\R.*50 images.*"), outcome::toString);
    }

    private static void succeeded(Outcome outcome) {
        assertEquals(0, outcome.exitCode(), outcome::toString);
    }

    private static String[] with(String[] words, String... more) {
        String[] all = Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    /** Features are the means of 2 x 4 places; ten classes are told apart by some of them. */
    private static byte[] network() {
        GraphBuilder graph = new GraphBuilder("places");
        Value image = graph.input("image", "batch", 3, 32, 32);
        Value pooled = graph.node(
                "AveragePool",
                List.of(Attribute.integers("kernel_shape", 16, 8), Attribute.integers("strides", 16, 8)),
                image);
        graph.output(graph.named("features", "Flatten", List.of(), pooled), "batch", 24);
        Value ten = graph.node(
                "Slice", graph.node("Flatten", pooled), graph.integers(0), graph.integers(10), graph.integers(1));
        graph.output(graph.named("probabilities", "Softmax", List.of(Attribute.integer("axis", 1)), ten), "batch", 10);
        return graph.build();
    }
}
