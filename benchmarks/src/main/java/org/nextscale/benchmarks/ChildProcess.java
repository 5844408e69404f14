package org.nextscale.benchmarks;

import com.google.gson.Gson;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.nextscale.benchmarks.subject.ImageTimes;
import org.nextscale.benchmarks.subject.SubjectServer;

/** A process that runs one subject, idle but when it is asked something. Closing it ends the process. */
final class ChildProcess implements AutoCloseable {
    /** Beginnings of variables that change how libraries compute. */
    private static final List<String> TUNED =
            List.of("OPENBLAS_", "OMP_", "MKL_", "GOTO_", "GLIBC_TUNABLES", "MALLOC_");

    private final String name;
    private final Path log;
    private final Process process;
    private final BufferedWriter commands;
    private final BufferedReader answers;
    private final Gson gson = new Gson();

    private ChildProcess(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * Starts it; it opens its model meanwhile, and answers when it is ready.
     *
     * @param log where its standard error goes
     */
    static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            // As it comes means as it comes, whatever this shell has set for other programs.
            builder.environment().keySet().removeIf(variable -> TUNED.stream().anyMatch(variable::startsWith));
            builder.environment().putAll(environment);
            builder.redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new ChildProcess(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ImageTimes images(int batch, long seed) {
        return ask("images " + batch + " " + seed, ImageTimes.class);
    }

    double gemm(int size) {
        return ask("gemm " + size, Double.class);
    }

    long peakMemory() {
        return ask("memory", Long.class);
    }

    String device() {
        return ask("device", String.class);
    }

    private <T> T ask(String command, Class<T> type) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
            String line = answers.readLine();
            while (line != null && !line.startsWith(SubjectServer.ANSWER)) {
                line = answers.readLine();
            }
            if (line != null) {
                return gson.fromJson(line.substring(SubjectServer.ANSWER.length()), type);
            }
        } catch (IOException e) {
            throw new BenchException(name + " went away at '" + command + "', see " + log, e);
        }
        throw new BenchException(name + " went away at '" + command + "', see " + log, null);
    }

    @Override
    public void close() {
        try {
            commands.close();
            process.waitFor();
        } catch (IOException e) {
            process.destroy();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }
}
