package org.nextscale.backend.nd4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.model.ModelPackage;
import org.nextscale.testkit.ReferenceVectors;

/**
 * Resident memory stays where it is however often networks and sessions come and go. Measured in a JVM of its own whose
 * heap is small and touched from the start, so that what grows is native.
 */
class NativeMemoryCycleTest {
    private static final long ALLOWED_MIB = 60;

    /** The tokenizer's weights are 17 MiB. */
    @Test
    void closingANetworkReturnsItsWeights() throws IOException, InterruptedException {
        assertFlat("networks", 30);
    }

    @Test
    void closingABackendReturnsWhatWasLeftOpen() throws IOException, InterruptedException {
        assertFlat("backends", 30);
    }

    /** With 64 images a session holds some 10 MiB. */
    @Test
    void closingASessionReturnsItsCache() throws IOException, InterruptedException {
        assertFlat("sessions", 40);
    }

    @Test
    @Tag("soak")
    void fiveHundredSessionsReturnTheirCache() throws IOException, InterruptedException {
        assertFlat("sessions", 500);
    }

    private static void assertFlat(String what, int times) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms128m",
                        "-Xmx128m",
                        "-XX:+AlwaysPreTouch",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Cycle.class.getName(),
                        what,
                        Integer.toString(times))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertEquals(0, process.waitFor(), output);
        long grown = Long.parseLong(output.substring(output.lastIndexOf('\n') + 1));
        assertTrue(grown < ALLOWED_MIB, "resident memory grew by " + grown + " MiB in " + times + " rounds");
    }

    /** Goes through some rounds and prints by how many MiB the process has grown. */
    static final class Cycle {
        public static void main(String[] args) throws IOException {
            try (ModelPackage model = ModelPackage.open(ReferenceVectors.folder("base"));
                    Backend backend = open()) {
                Runnable round = switch (args[0]) {
                    case "networks" -> () -> networks(model, backend);
                    case "backends" -> backends(model);
                    default -> sessions(model, backend);
                };
                int times = Integer.parseInt(args[1]);
                // Code and the libraries' own scratch come with the first rounds.
                for (int i = 0; i < times / 2; i++) {
                    round.run();
                }
                long before = residentMiB();
                for (int i = 0; i < times; i++) {
                    round.run();
                }
                System.out.println(residentMiB() - before);
            }
        }

        private static void networks(ModelPackage model, Backend backend) {
            backend.transformer(model.spec().transformer(), model.transformerWeights())
                    .close();
            backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights())
                    .close();
        }

        /** On a backend as the engine hands it out, which closes what was made of it. */
        private static Runnable backends(ModelPackage model) {
            PluginInfo<BackendProvider> nd4j = Nextscale.engine().plugin(PluginKind.BACKEND, "nd4j");
            return () -> {
                try (Backend owner = nd4j.plugin().open(nd4j.values(Map.of()))) {
                    owner.transformer(model.spec().transformer(), model.transformerWeights())
                            .begin(images(32), true);
                    owner.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
                }
            };
        }

        private static Runnable sessions(ModelPackage model, Backend backend) {
            ModelSpec spec = model.spec();
            ScaleTransformer transformer = backend.transformer(spec.transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(spec.tokenizer(), model.tokenizerWeights());
            ScalePyramid pyramid = spec.pyramid();
            int images = 64;
            int z = spec.tokenizer().latentChannels();
            int side = pyramid.finestSide();
            return () -> {
                try (TransformerSession session = transformer.begin(images(images), true)) {
                    for (int scale = 0; scale < pyramid.scales(); scale++) {
                        session.next(new float[scale == 0 ? 0 : images * pyramid.tokens(scale) * z], true);
                    }
                }
                network.decode(new FeatureMap(1, z, side, side, new float[z * side * side]));
            };
        }

        private static Conditions images(int count) {
            return Conditions.of(Collections.nCopies(count, Condition.ofClass(0)));
        }

        private static Backend open() {
            Nd4jBackendProvider provider = new Nd4jBackendProvider();
            return provider.open(ParameterValues.of("backend nd4j", provider.parameters(), Map.of()));
        }

        private static long residentMiB() throws IOException {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
                }
            }
            throw new IllegalStateException("the system does not tell resident memory");
        }
    }
}
