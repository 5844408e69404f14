package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.distribution.Distribution.Outcome;

/**
 * A jar with ONNX Runtime's libraries for GPUs in {@code plugins/}, one that cannot work: the reason is shown, and the CPU is
 * used. A file that looks like an NVIDIA driver is there, so that they are tried at all.
 */
class GpuLibrariesIT {

    private static final String NATIVE = "ai/onnxruntime/native/";
    private static final String JAR = "onnxruntime_gpu-1.28.0.jar";
    private static final byte[] RUBBISH = "not a library".getBytes(StandardCharsets.UTF_8);
    /** What the libraries need, and a name of the same length. */
    private static final String NEEDED = "libstdc++.so.6";

    private static final String ABSENT = "libabsent.so.6";
    private static final String REASON = ABSENT + ": cannot open shared object file: No such file or directory";

    @TempDir
    Path folder;

    private Path plugins;
    private Path image;
    private final Map<String, String> environment = new HashMap<>();
    /** The libraries for the CPU, by their entries' names. */
    private final Map<String, byte[]> libraries = new HashMap<>();
    /** Which of them all others need. */
    private String runtime;
    /** The same as one that needs another which is not there, as CUDA's are where CUDA is not installed. */
    private byte[] unloadable;

    @BeforeEach
    void prepare() throws IOException {
        plugins = Files.createDirectory(folder.resolve("plugins"));
        image = folder.resolve("boot.png");
        Path driver = Files.createDirectory(folder.resolve("driver"));
        Files.write(driver.resolve("libcuda.so.1"), RUBBISH);
        environment.put("NEXTSCALE_PLUGINS", plugins.toString());
        environment.put("XDG_CACHE_HOME", folder.resolve("cache").toString());
        environment.put("LD_LIBRARY_PATH", driver.toString());
        try (Stream<Path> bundles = Files.list(Distribution.HOME.resolve("bundles"))) {
            Path bundle = bundles.filter(file -> file.toString().contains("backend-onnx"))
                    .findFirst()
                    .orElseThrow();
            readLibraries(bundle);
        }
        runtime = libraries.keySet().stream()
                .filter(entry -> !entry.contains("4j"))
                .findFirst()
                .orElseThrow();
        String bytes = new String(libraries.get(runtime), StandardCharsets.ISO_8859_1);
        assertTrue(bytes.contains(NEEDED), "it is built otherwise now");
        unloadable = bytes.replace(NEEDED, ABSENT).getBytes(StandardCharsets.ISO_8859_1);
    }

    private void readLibraries(Path bundle) throws IOException {
        try (JarFile jar = new JarFile(bundle.toFile())) {
            List<JarEntry> entries = jar.stream()
                    .filter(entry -> entry.getName().startsWith(NATIVE)
                            && !entry.isDirectory()
                            && !entry.getName().contains("providers"))
                    .toList();
            for (JarEntry entry : entries) {
                try (InputStream content = jar.getInputStream(entry)) {
                    libraries.put(entry.getName(), content.readAllBytes());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"felix", "none"})
    void librariesThatCannotBeLoadedAreSaidAndTheCpuIsUsed(String container) throws Exception {
        libraries.put(runtime, unloadable);
        gpuJar("1.28.0");
        environment.put("NEXTSCALE_CONTAINER", container);
        Outcome outcome = generate();
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(
                "nextscale: backend onnx: CUDA cannot be used: libonnxruntime.so: " + REASON + "; using the CPU\n",
                outcome.err());
        assertTrue(outcome.out().contains(" on onnx, "), outcome::toString);
        assertTrue(Files.exists(image));

        Outcome listed = Distribution.run(environment, "backends");
        assertTrue(listed.out().contains("CPU, ONNX Runtime"), listed::toString);
        assertTrue(listed.out().contains("; CUDA cannot be used: "), listed::toString);
        assertTrue(listed.out().contains(" (when last tried)"), listed::toString);
    }

    /** As without a GPU or a library of CUDA: ONNX Runtime loads, and then says why its CUDA part does not. */
    @Test
    void whatOnnxRuntimeSaysOfCudaIsSaidAndTheCpuIsUsed() throws Exception {
        gpuJar("1.28.0");
        Outcome before = Distribution.run(environment, "backends");
        assertTrue(before.out().contains("score 1000: GPU, ONNX Runtime, CUDA, f32"), before::toString);
        Outcome outcome = generate();
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(
                "nextscale: backend onnx: CUDA cannot be used: libonnxruntime_providers_cuda.so: " + REASON
                        + "; using the CPU\n",
                outcome.err());
        assertTrue(Files.exists(image));
        Outcome after = Distribution.run(environment, "backends");
        assertTrue(after.out().contains("; CUDA cannot be used: "), after::toString);
    }

    @Test
    void oneAskedForByNameHasNoSubstitute() throws Exception {
        gpuJar("1.28.0");
        Outcome outcome = generate("--backend", "onnx:device=cuda");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
        assertTrue(
                outcome.err().startsWith("nextscale: backend onnx failed to open: CUDA cannot be used: "),
                outcome::toString);
        assertFalse(Files.exists(image));
    }

    @Test
    void anotherVersionIsRefusedInWords() throws Exception {
        gpuJar("1.27.0");
        Outcome outcome = generate();
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(
                "nextscale: backend onnx: CUDA cannot be used: " + JAR
                        + " is of version 1.27.0, this backend needs 1.28.0; using the CPU\n",
                outcome.err());
        Outcome asked = generate("--backend", "onnx:device=cpu");
        assertEquals("", asked.err(), "the CPU was asked for");
    }

    @Test
    void itIsListedAsWhatItIs() throws Exception {
        gpuJar("1.28.0");
        PluginJar.plain().with("some/other/file", RUBBISH).into(plugins, "other.jar");
        Outcome outcome = Distribution.run(environment, "plugins");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(
                outcome.out()
                        .matches("(?s).*active +" + JAR + " +1.28.0 .*holds native libraries for"
                                + " org.nextscale.backend.onnx\n.*"),
                outcome::toString);
        assertTrue(outcome.err().startsWith("nextscale: plugin other.jar is not an OSGi bundle"), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
    }

    private Outcome generate(String... more) throws Exception {
        String[] command = {"generate", "--class", "ankle boot", "--out", image.toString()};
        return Distribution.run(
                environment,
                Stream.concat(Arrays.stream(command), Arrays.stream(more)).toArray(String[]::new));
    }

    private void gpuJar(String version) throws IOException {
        PluginJar jar = PluginJar.plain().header("Implementation-Version", version);
        libraries.forEach(jar::with);
        for (String provider : List.of("shared", "cuda")) {
            jar.with(runtime.replaceFirst("onnxruntime(?=\\.)", "onnxruntime_providers_" + provider), unloadable);
        }
        jar.into(plugins, JAR);
    }
}
