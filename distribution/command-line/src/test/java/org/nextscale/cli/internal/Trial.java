package org.nextscale.cli.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Assertions;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.cli.internal.session.Configuration;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.ModelFolders;
import org.nextscale.cli.internal.session.PluginStatus;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.shell.Interpreter;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.Launch;

/**
 * Runs command lines in this process, with the real engine and samplers, a backend that knows nothing, and a small model of
 * ten classes called {@code tiny}.
 */
public final class Trial {
    public static final Path REFERENCE =
            Path.of(System.getProperty("nextscale.root"), "reference-vectors").resolve("base");

    private static final List<String> CLASSES = List.of(
            "Ankle boot",
            "great white shark, white shark",
            "tench",
            "goldfish",
            "T-shirt/top",
            "summer dress",
            "evening dress",
            "sneaker",
            "bag",
            "shark");
    private static final Engine ENGINE = Nextscale.engine();

    private final Path models;
    private boolean terminal;
    private Configuration configuration = new Configuration(Map.of(), List.of());
    private volatile Session session;
    private volatile int secondsToStop;
    private final Launch launch = new Launch() {
        @Override
        public List<InstalledPlugin> plugins() {
            return List.of();
        }

        @Override
        public void needToStop(int seconds) {
            secondsToStop = seconds;
        }
    };

    /** What a command line did. */
    public record Outcome(int exitCode, String out, String err) {
        /** Requires success and nothing on standard error. */
        public String succeeded() {
            Assertions.assertEquals("", err);
            Assertions.assertEquals(ExitCode.OK, exitCode);
            return out;
        }

        /** Requires failure in one line on standard error and nothing on standard output. */
        public String failed(int expectedExitCode) {
            Assertions.assertEquals("", out, () -> "out: " + out + ", err: " + err);
            Assertions.assertEquals(1, err.lines().count(), err);
            Assertions.assertTrue(err.startsWith("nextscale: "), err);
            Assertions.assertEquals(expectedExitCode, exitCode, err);
            return err.strip();
        }
    }

    /** @param folder where the model may be written */
    public Trial(Path folder) {
        models = folder.resolve("models");
        Path names = folder.resolve("names.txt");
        try {
            Files.write(names, CLASSES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run(
                        "model",
                        "convert",
                        REFERENCE.toString(),
                        "--out",
                        models.resolve("tiny").toString(),
                        "--class-names",
                        names.toString())
                .succeeded();
    }

    /** The same, with somebody looking at a terminal. */
    public Trial onTerminal() {
        terminal = true;
        return this;
    }

    /** The same, with settings. */
    public Trial configured(Map<String, String> environment, Path... files) {
        configuration = new Configuration(environment, List.of(files));
        return this;
    }

    /** What Ctrl-C does to the command that is running. */
    public void interrupt() {
        session.cancellation().cancel();
    }

    /** For how long the command asked to be waited for. */
    public int secondsToStop() {
        return secondsToStop;
    }

    public Outcome run(String... arguments) {
        return run(ENGINE, arguments);
    }

    public Outcome run(Engine engine, String... arguments) {
        return run(engine, opened -> Program.run(opened, arguments));
    }

    /** Runs something else with a session, such as a shell. */
    public Outcome run(ToIntFunction<Session> program) {
        return run(ENGINE, program);
    }

    private Outcome run(Engine engine, ToIntFunction<Session> program) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        session = session(engine, new Console(stream(out), stream(err), terminal, terminal));
        int exitCode = program.applyAsInt(session);
        return new Outcome(exitCode, text(out), text(err));
    }

    /** What runs the lines of a shell. */
    public static Interpreter interpreter() {
        return Program.INTERPRETER;
    }

    /** A session that prints nowhere. */
    public Session session() {
        return session(
                ENGINE,
                new Console(stream(new ByteArrayOutputStream()), stream(new ByteArrayOutputStream()), false, false));
    }

    private Session session(Engine engine, Console console) {
        List<PluginStatus> plugins = List.of(
                new PluginStatus("org.example.good", "1.2.0", true, "", "/plugins/good.jar", false),
                new PluginStatus("org.example.bad", "2.0.0", false, "needs another api", "/plugins/bad.jar", false),
                new PluginStatus("org.nextscale.engine", "0.1.0", true, "", "/bundles/engine.jar", true));
        return new Session(
                () -> engine, () -> plugins, launch, console, new ModelFolders(List.of(models)), configuration);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private static String text(ByteArrayOutputStream bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
