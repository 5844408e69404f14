package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.launcher.Container;
import org.osgi.framework.Bundle;
import org.osgi.framework.InvalidSyntaxException;

/** Images made in a running container while plugins and backends come, fail and go. */
class GenerationIT {

    private static final int OK = 0;
    private static final int FAILURE = 1;
    private static final int INPUT = 2;
    private static final String BACKEND = "org.nextscale.backend.nd4j";

    @TempDir
    Path plugins;

    @TempDir
    Path images;

    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final PrintStream standardError = System.err;
    private Container container;

    @BeforeEach
    void start() throws Exception {
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        container = Container.start(Distribution.withPlugins(plugins));
    }

    @AfterEach
    void close() {
        container.close();
        System.setErr(standardError);
    }

    @Test
    void aDroppedSamplerHasItsOwnFlagUntilItGoes() throws Exception {
        assertEquals(INPUT, generate("before", "--sampler", "typical", "--typical-p", "0.8"), this::said);
        assertTrue(said().contains("typical"), this::said);

        Path jar = plugins.resolve("sampler-plugin.jar");
        copy(Distribution.plugin("sampler"), jar);
        Eventually.holds(() -> services() == 1, this::said);
        assertEquals(OK, generate("dropped", "--sampler", "typical", "--typical-p", "0.8"), this::said);
        assertEquals(INPUT, generate("range", "--sampler", "typical", "--typical-p", "7"), this::said);

        PluginJar.bundle("org.nextscale.examples.sampler", "2.0.0")
                .header("Import-Package", "org.nextscale.api.model,org.nextscale.api.plugin,org.nextscale.api.sampling")
                .component(FixedSamplerProvider.class, TokenSamplerProvider.class)
                .into(plugins, "sampler-plugin.jar");
        Eventually.holds(
                () -> generateQuietly("replaced", "--sampler", "typical", "--fixed-code", "3") == OK, this::said);
        assertEquals(INPUT, generate("old-flag", "--sampler", "typical", "--typical-p", "0.8"), this::said);

        Files.delete(jar);
        Eventually.holds(() -> services() == 0, this::said);
        assertEquals(INPUT, generate("removed", "--sampler", "typical"), this::said);
        assertEquals(OK, generate("afterwards"), this::said);
        assertEquals(List.of("afterwards.png", "dropped.png", "replaced.png"), files(images));
    }

    @Test
    void aPluginThatThrowsFailsTheRequestAndNothingElse() throws Exception {
        PluginJar.bundle("throwing", "1.0.0")
                .header("Import-Package", "org.nextscale.api.model,org.nextscale.api.plugin,org.nextscale.api.sampling")
                .component(ThrowingSamplerProvider.class, TokenSamplerProvider.class)
                .into(plugins, "throwing.jar");
        Eventually.holds(() -> services() == 1, this::said);

        assertEquals(FAILURE, generate("failed", "--sampler", "throwing"), this::said);
        assertTrue(said().contains("sampler throwing"), this::said);
        assertTrue(said().contains("this plugin always fails"), this::said);
        assertEquals(1, said().lines().count(), this::said);
        assertEquals(OK, generate("next"), this::said);
        assertEquals(List.of("next.png"), files(images));
    }

    @Test
    void aBackendStoppedInMidGenerationEndsTheRequestCleanly() throws Exception {
        assertEquals(OK, generate("warm", "--backend", "nd4j"), this::said);
        Bundle backend = bundle(BACKEND);
        for (int round = 0; round < 3; round++) {
            errors.reset();
            Path folder = images.resolve("round-" + round);
            Future<Integer> request = inBackground(() -> container.run(
                    "generate",
                    "--class",
                    "all",
                    "-n",
                    "1000",
                    "--batch",
                    "10",
                    "--backend",
                    "nd4j",
                    "--out",
                    folder.toString()));
            Eventually.holds(() -> Files.isDirectory(folder) && !files(folder).isEmpty(), this::said);

            backend.stop();

            assertEquals(FAILURE, request.get(20, TimeUnit.SECONDS), this::said);
            assertEquals(1, said().lines().count(), this::said);
            assertFalse(said().contains("Exception"), this::said);
            assertTrue(
                    files(folder).stream().allMatch(name -> name.endsWith(".png")),
                    () -> "unfinished: " + files(folder));
            Eventually.holds(() -> backendThreads().isEmpty(), GenerationIT::backendThreads);
            assertTrue(nativeBytes(backend) < 1 << 20, () -> nativeBytes(backend) + " bytes outside the heap");
            assertEquals(INPUT, generate("none", "--backend", "nd4j"), this::said);

            backend.start();
            assertEquals(OK, generate("again-" + round, "--backend", "nd4j"), this::said);
        }
    }

    private int generate(String name, String... more) throws Exception {
        errors.reset();
        String file = images.resolve(name + ".png").toString();
        return container.run(Stream.concat(
                        Stream.of("generate", "--class", "ankle boot", "--seed", "1", "--out", file), Stream.of(more))
                .toArray(String[]::new));
    }

    private int generateQuietly(String name, String... more) {
        try {
            return generate(name, more);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Future<Integer> inBackground(Callable<Integer> command) {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            return executor.submit(command);
        } finally {
            executor.shutdown();
        }
    }

    private String said() {
        return errors.toString(StandardCharsets.UTF_8);
    }

    /** Samplers that plugins offer. */
    private long services() {
        try {
            return container.context().getServiceReferences(TokenSamplerProvider.class, null).stream()
                    .filter(reference -> reference
                            .getBundle()
                            .getLocation()
                            .contains(plugins.getFileName().toString()))
                    .count();
        } catch (InvalidSyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private Bundle bundle(String symbolicName) {
        return Arrays.stream(container.context().getBundles())
                .filter(bundle -> symbolicName.equals(bundle.getSymbolicName()))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> backendThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("nextscale-nd4j"))
                .toList();
    }

    /** What the backend's own copy of JavaCPP has allocated and not returned. */
    private static long nativeBytes(Bundle backend) {
        try {
            return (Long) backend.loadClass("org.bytedeco.javacpp.Pointer")
                    .getMethod("totalBytes")
                    .invoke(null);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Path temporary = to.resolveSibling(to.getFileName() + ".tmp");
        Files.copy(from, temporary);
        Files.move(temporary, to, StandardCopyOption.ATOMIC_MOVE);
    }
}
