package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.distribution.Distribution.Outcome;

/**
 * The backend for CUDA is no part of the archive: its jar is dropped into {@code plugins/}. The machine has no GPU, or none is
 * wanted; where there is a C++ compiler its place is taken by the emulated one of that module's tests.
 */
class CudaPluginIT {
    private static final Path DRIVER = Path.of(System.getProperty("nextscale.emulatedDriver"));

    private static final Path VECTORS =
            Path.of(System.getProperty("nextscale.root"), "reference-vectors", "plain-attn");

    @TempDir
    Path plugins;

    @TempDir
    Path folder;

    @BeforeEach
    void drop() throws Exception {
        Files.copy(Path.of(System.getProperty("nextscale.cudaPlugin")), plugins.resolve("nextscale-backend-cuda.jar"));
    }

    private Map<String, String> emulated() throws Exception {
        assumeTrue(
                Files.exists(DRIVER.resolve("libcuda.so.1")),
                "the emulated driver is not built: it needs g++ on Linux");
        Map<String, String> environment = new HashMap<>();
        environment.put("NEXTSCALE_PLUGINS", plugins.toString());
        environment.put("LD_LIBRARY_PATH", DRIVER.toString());
        environment.put(
                "NEXTSCALE_EMULATION",
                Files.writeString(folder.resolve("settings"), "").toString());
        return environment;
    }

    @Test
    void isListedAndDoesNotWinByItself() throws Exception {
        Outcome outcome = Distribution.run(emulated(), "backends");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().matches("(?s).*\\bcuda\\b.*emulated.*"), outcome::toString);
        Outcome image = Distribution.run(
                emulated(),
                "generate",
                "--class",
                "9",
                "--out",
                folder.resolve("any.png").toString());
        assertEquals(0, image.exitCode(), image::toString);
        assertTrue(image.out().contains(" on onnx"), image::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"felix", "none"})
    void agreesWithTheReference(String container) throws Exception {
        Map<String, String> environment = new HashMap<>(emulated());
        environment.put("NEXTSCALE_CONTAINER", container);
        Outcome outcome =
                Distribution.run(environment, "verify", VECTORS.toString(), "--backend", "cuda:precision=float32");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains(" on cuda ("), outcome::toString);
    }

    @Test
    void drawsWhenItIsAskedTo() throws Exception {
        Path file = folder.resolve("boot.png");
        Outcome outcome =
                Distribution.run(emulated(), "generate", "--class", "9", "--backend", "cuda", "--out", file.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains(" on cuda"), outcome::toString);
        assertTrue(Files.size(file) > 0, outcome::toString);
    }
}
