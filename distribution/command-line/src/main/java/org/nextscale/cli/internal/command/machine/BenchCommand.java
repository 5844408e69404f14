package org.nextscale.cli.internal.command.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code nextscale bench}: hands over to the benchmarks module, whose processes have class paths of their own, and which no
 * installation carries, for libtorch is larger than all the rest.
 */
@Command(
        sortOptions = false,
        description = {
            "Measures whole images on every backend and in libtorch, in turns: time a scale, images a second, GFLOP/s, the",
            "share of the machine's own peak, memory. Belongs to the source tree, where ./nextscale bench builds what it",
            "needs. nextscale bench -- --help lists the options, nextscale bench kernels runs the kernels under JMH."
        },
        footer = {"", "Example:", "  ./nextscale bench --rounds 3 --backends \"onnx onnx:precision=int8\" --json"})
public final class BenchCommand extends SessionCommand {
    /** Set by the source tree's own start script. */
    private static final String FOLDER = "NEXTSCALE_BENCHMARKS";

    @Parameters(arity = "0..*", paramLabel = "OPTION", description = "passed on to the benchmark")
    private List<String> options = List.of();

    private BenchCommand(Session session) {
        super(session);
    }

    /** Its options are the benchmark's to read. */
    public static CommandLine create(Session session) {
        return new CommandLine(new BenchCommand(session)).setUnmatchedOptionsArePositionalParams(true);
    }

    @Override
    public Integer call() {
        String folder = System.getenv(FOLDER);
        Path script = folder == null ? null : Path.of(folder, "bench.sh");
        if (script == null || !Files.isReadable(script)) {
            throw new InvalidInputException(
                    "bench needs the source tree: run ./nextscale bench there (this installation has no benchmarks)");
        }
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(options);
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(script + " cannot be run: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.STOPPED;
        }
    }
}
