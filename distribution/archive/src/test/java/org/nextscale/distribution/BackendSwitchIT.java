package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.launcher.Container;
import org.osgi.framework.Bundle;

/** Backends are switched, stopped, started and updated while several threads make images: every image is right. */
class BackendSwitchIT {

    private static final int SWITCHES = 12;
    private static final int ROUNDS = 3;
    private static final int MEMORY_ROUNDS = 5;
    /** The boxed model takes 20 MB and more on a backend: a deployment left behind a round would be seen. */
    private static final long ALLOWED_BYTES = 40_000_000;

    @TempDir
    Path folder;

    private Container container;
    private LiveModelBundle models;

    @BeforeEach
    void start() throws Exception {
        container = Container.start(Distribution.withPlugins(folder.resolve("none")));
        models = LiveModelBundle.installIn(container, folder);
    }

    @AfterEach
    void close() {
        container.close();
    }

    @Test
    void switchingUnderLoadChangesNoImage() throws Exception {
        try (LiveModel model = models.open("auto")) {
            Map<String, List<byte[]>> undisturbed = Load.undisturbed(model, Distribution.BACKENDS);
            try (Load load = Load.on(model, undisturbed)) {
                for (int i = 0; i < SWITCHES; i++) {
                    String next = Distribution.BACKENDS.get(i % Distribution.BACKENDS.size());
                    model.switchBackend(next);
                    assertEquals(next, model.backend());
                    load.awaitMore(next, 2);
                }
            }
        }
    }

    /**
     * @param choice what the model is asked to run on
     * @param backend whose bundle comes and goes
     */
    @ParameterizedTest
    @CsvSource({"auto, onnx", "onnx, onnx", "nd4j, nd4j"})
    void aBundleThatComesAndGoesUnderLoadLosesNoRequest(String choice, String backend) throws Exception {
        Bundle bundle = bundle(backend);
        try (LiveModel model = models.open("auto")) {
            Map<String, List<byte[]>> undisturbed = Load.undisturbed(model, Distribution.BACKENDS);
            try (Load load = Load.on(model, undisturbed)) {
                for (int round = 0; round < ROUNDS; round++) {
                    onItAgain(model, choice, load, backend);
                    bundle.stop();
                    if (choice.equals("auto")) {
                        load.awaitMore(Distribution.other(backend), 3);
                    }
                    bundle.start();
                    onItAgain(model, choice, load, backend);
                    update(bundle);
                    onItAgain(model, choice, load, backend);
                }
            }
        }
    }

    @Test
    void aBackendThatIsSwitchedAwayReturnsItsMemory() throws Exception {
        try (LiveModel model = models.open("auto")) {
            assertMemoryReturned(round -> {
                for (String backend : Distribution.BACKENDS) {
                    model.switchBackend(backend);
                    model.generate(round % 10, round);
                }
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"onnx", "nd4j"})
    void aBackendThatIsStoppedReturnsItsMemory(String backend) throws Exception {
        Bundle bundle = bundle(backend);
        try (LiveModel model = models.open("auto")) {
            assertMemoryReturned(round -> {
                model.switchBackend(backend);
                model.generate(round % 10, round);
                bundle.stop();
                bundle.start();
            });
        }
    }

    private interface Round {
        void run(int number) throws Exception;
    }

    /** What the allocator keeps for later comes and goes: the lowest of several rounds is what is in use. */
    private static void assertMemoryReturned(Round round) throws Exception {
        long before = lowest(round, 0);
        long after = lowest(round, MEMORY_ROUNDS);
        assertTrue(after - before < ALLOWED_BYTES, () -> before + " bytes before, " + after + " after");
    }

    private static long lowest(Round round, int first) throws Exception {
        long lowest = Long.MAX_VALUE;
        for (int i = first; i < first + MEMORY_ROUNDS; i++) {
            round.run(i);
            lowest = Math.min(lowest, Memory.resident());
        }
        return lowest;
    }

    private static void onItAgain(LiveModel model, String choice, Load load, String backend) throws Exception {
        model.switchBackend(choice);
        load.awaitMore(backend, 3);
    }

    /** As from a new jar: the bundle gets new classes. */
    private static void update(Bundle bundle) throws Exception {
        URI jar = URI.create(bundle.getLocation().substring("reference:".length()));
        try (InputStream content = Files.newInputStream(Path.of(jar))) {
            bundle.update(content);
        }
    }

    private Bundle bundle(String backend) {
        return Arrays.stream(container.context().getBundles())
                .filter(bundle -> ("org.nextscale.backend." + backend).equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }
}
