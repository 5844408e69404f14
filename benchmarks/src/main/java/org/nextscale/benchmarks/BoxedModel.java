package org.nextscale.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/** The small model that ships with Nextscale: one image from a warm process, and from the shell to the file. */
final class BoxedModel {
    private static final int WARM_UP = 300;
    private static final int IMAGES = 20;

    private final BenchOptions options;
    private final Results results;

    BoxedModel(BenchOptions options, Results results) {
        this.options = options;
        this.results = results;
    }

    void run() {
        warm();
        if (options.distribution != null) {
            cold();
        }
    }

    private void warm() {
        Map<String, ChildProcess> children = new LinkedHashMap<>();
        try {
            for (String choice : options.backends) {
                ChildProcess child = Contestant.backend(choice).start(options.boxed, options.out);
                children.put(choice, child);
                results.boxed.put(choice, new ArrayList<>());
                for (int i = 0; i < WARM_UP; i++) {
                    child.images(1, i);
                }
            }
            for (int round = 0; round < options.rounds; round++) {
                children.forEach((choice, child) -> {
                    double[] milliseconds = new double[IMAGES];
                    for (int i = 0; i < IMAGES; i++) {
                        milliseconds[i] = child.images(1, i).total() / 1e6;
                    }
                    results.boxed.get(choice).add(Spread.of(milliseconds).median());
                });
            }
        } finally {
            children.values().forEach(ChildProcess::close);
        }
    }

    private void cold() {
        for (String choice : options.backends) {
            if (generate(choice).isPresent()) { // and the file cache is full
                results.cold.put(choice, new ArrayList<>());
            } else {
                Rounds.note(choice + " does not run in " + options.distribution + ": no cold start; see cold.log");
            }
        }
        for (int round = 0; round < options.rounds; round++) {
            results.cold.forEach(
                    (choice, seconds) -> seconds.add(generate(choice).orElseThrow()));
        }
    }

    /** Seconds of the process; empty if it fails. */
    private OptionalDouble generate(String choice) {
        Path image = options.out.resolve("cold.png");
        Path program = options.distribution.resolve("bin").resolve("nextscale");
        List<String> command =
                List.of(program.toString(), "generate", "--class", "9", "--backend", choice, "--out", image.toString());
        try {
            Files.deleteIfExists(image);
            long start = System.nanoTime();
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(options.out.resolve("cold.log").toFile())
                    .start();
            int code = process.waitFor();
            double seconds = (System.nanoTime() - start) / 1e9;
            return code == 0 ? OptionalDouble.of(seconds) : OptionalDouble.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted", e);
        }
    }
}
