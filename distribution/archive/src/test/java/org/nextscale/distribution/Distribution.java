package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nextscale.launcher.Installation;

/** The built distribution: as an installation for a container in this process, and as a command to run. */
final class Distribution {

    static final Path HOME = Path.of(System.getProperty("nextscale.distribution"));

    /** The plugins of examples/plugins, built outside this build, by the names of their folders. */
    static final List<String> PLUGINS = List.of(
            "sampler", "guidance", "tokenizer", "backend", "exporter", "trainer", "feature-network", "image-set");

    /** The backends in it, the best for a machine without a graphics card first. */
    static final List<String> BACKENDS = List.of("onnx", "nd4j");

    private static final long TIMEOUT_SECONDS = 120;

    private Distribution() {}

    /** The jar of a plugin that was built outside this build. */
    static Path plugin(String name) {
        return Path.of(System.getProperty("nextscale.plugins"), name, "target", name + "-plugin-0.1.0-SNAPSHOT.jar");
    }

    /** The distribution's bundles with a plugin folder of the test's own. */
    static Installation withPlugins(Path folder) {
        return new Installation(HOME, List.of(folder));
    }

    /** A backend that can take over from this one. */
    static String other(String backend) {
        return BACKENDS.stream().filter(id -> !id.equals(backend)).findFirst().orElseThrow();
    }

    /** What a command printed, and how it ended. */
    record Outcome(int exitCode, String out, String err) {}

    static Outcome run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    static Outcome run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        return runWithInput(environment, "", arguments);
    }

    /** @param input what is typed */
    static Outcome runWithInput(Map<String, String> environment, String input, String... arguments)
            throws IOException, InterruptedException {
        return ended(environment, input, program(arguments));
    }

    /** Any command, such as a shell's, or the one of another installation. */
    static Outcome command(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        return ended(environment, "", List.of(command));
    }

    /**
     * What a command prints on both streams together, which must end in time and with this exit code.
     *
     * @param folder where it is run
     */
    static String said(int exitCode, long seconds, Path folder, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "said", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly();
        }
        String words = List.of(command) + "\n" + read(said);
        assertTrue(ended, () -> "still running after " + seconds + " s: " + words);
        assertEquals(exitCode, process.exitValue(), words);
        return read(said);
    }

    private static Outcome ended(Map<String, String> environment, String input, List<String> command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("nextscale-test", ".out");
        Path err = Files.createTempFile("nextscale-test", ".err");
        try {
            Process process = started(environment, out, err, command);
            try (OutputStream typing = process.getOutputStream()) {
                typing.write(input.getBytes(StandardCharsets.UTF_8));
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("still running after " + TIMEOUT_SECONDS + " s: " + command + "\n" + read(out)
                        + "\n" + read(err));
            }
            return new Outcome(process.exitValue(), read(out), read(err));
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    static Process start(Map<String, String> environment, Path out, Path err, String... arguments) throws IOException {
        return started(environment, out, err, program(arguments));
    }

    private static List<String> program(String... arguments) {
        List<String> command =
                new ArrayList<>(List.of(HOME.resolve("bin/nextscale").toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    private static Process started(Map<String, String> environment, Path out, Path err, List<String> command)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String read(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.UTF_8);
    }
}
