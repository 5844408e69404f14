package org.nextscale.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.model.ModelPackage;

/**
 * Whole images, end to end: the product's backends and the same model in libtorch, each in a process of its own, taking
 * turns so that whatever else the machine does hits all of them alike. Writes a table, JSON and a plot.
 */
public final class Bench {
    private static final int USAGE_ERROR = 2;

    private Bench() {}

    public static void main(String[] arguments) throws IOException {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(BenchOptions.USAGE);
            return;
        }
        System.setProperty("java.awt.headless", "true");
        try {
            run(BenchOptions.parse(arguments));
        } catch (BenchException | InvalidInputException e) {
            System.err.println("bench: " + e.getMessage());
            System.exit(USAGE_ERROR);
        }
    }

    private static void run(BenchOptions options) throws IOException {
        Files.createDirectories(options.out);
        Path folder = options.model == null ? SynthesizedModel.make(options.out) : options.model;
        Results results = new Results();
        MeasuredMachine.describe(results.machine);
        ModelSpec spec = describe(folder, results);
        if (options.boxed != null) {
            new BoxedModel(options, results).run();
        }
        new Rounds(options, folder, results).run();
        results.machine.put("load at the end", MeasuredMachine.load());
        results.targets = new Targets(spec, results).all();
        List<String> table = new TextReport(spec, results).lines();
        String json = JsonReport.of(spec, results);
        Files.write(options.out.resolve("bench.txt"), table);
        Files.writeString(options.out.resolve("bench.json"), json);
        Plot.write(spec, results, options.out.resolve("bench.png"));
        System.out.println(options.json ? json : String.join(System.lineSeparator(), table));
    }

    private static ModelSpec describe(Path folder, Results results) {
        try (ModelPackage model = ModelPackage.open(folder)) {
            results.model = model.name();
            results.weightBytes = SynthesizedModel.float32Bytes(model);
            return model.spec();
        }
    }
}
