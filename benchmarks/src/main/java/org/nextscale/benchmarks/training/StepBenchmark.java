package org.nextscale.benchmarks.training;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.benchmarks.libtorch.TorchVar;
import org.nextscale.training.internal.NativeLibraries;

/**
 * Training steps of the transformer, of the product and as the public code has PyTorch do them, in one process and in turns.
 * What is timed is the same step: losses are compared first. Resident memory is looked at before all that, while nothing
 * else has left memory behind that could be used again.
 */
public final class StepBenchmark {
    static final String FLOAT32 = "Nextscale, float32";
    static final String BFLOAT16 = "Nextscale, bfloat16 products";
    static final String PEER = "PyTorch";

    private static final int USAGE_ERROR = 2;
    private static final int COMPARED_STEPS = 3;

    /** Far above what the order of additions does to float32, far below another formula's difference. */
    private static final double TOLERANCE = 1e-4;

    private final StepOptions options;
    private final TransformerSpec spec;
    private final FirstWeights first;
    private final StepReport report;

    private StepBenchmark(StepOptions options) {
        this.options = options;
        spec = options.spec();
        first = new FirstWeights(spec);
        report = new StepReport(options, TorchVar.description());
    }

    /** See {@link StepOptions#USAGE}. */
    public static void main(String[] arguments) {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.println(StepOptions.USAGE);
            return;
        }
        try {
            System.out.println(String.join(System.lineSeparator(), run(arguments)));
        } catch (InvalidInputException e) {
            System.err.println("training step: " + e.getMessage());
            System.exit(USAGE_ERROR);
        }
    }

    /**
     * The lines of the report.
     *
     * @throws IllegalStateException if the steps are not the same
     */
    static List<String> run(String... arguments) {
        StepOptions options = StepOptions.parse(arguments);
        options.spec();
        NativeLibraries.load();
        TorchVar.threads(options.threads);
        StepBenchmark benchmark = new StepBenchmark(options);
        try (StepData data = StepData.random(benchmark.spec, options.batch, 1)) {
            double[] megabytes = benchmark.memory(data);
            benchmark.compare(data);
            benchmark.measure(data);
            benchmark.report.memory(FLOAT32, megabytes[0], megabytes[1]);
        }
        return benchmark.report.lines();
    }

    private double[] memory(StepData data) {
        double[] megabytes = {Double.NaN, Double.NaN};
        try (TrainingStep step = new NextscaleStep(spec, first, false)) {
            for (int i = 1; i <= options.secondLook(); i++) {
                step.run(data);
                if (i == options.firstLook()) {
                    megabytes[0] = ResidentMemory.megabytes();
                }
            }
            megabytes[1] = ResidentMemory.megabytes();
        }
        return megabytes;
    }

    private void compare(StepData data) {
        double largest = 0;
        try (TrainingStep own = new NextscaleStep(spec, first, false);
                TrainingStep peer = new PyTorchStep(spec, first)) {
            for (int i = 0; i < COMPARED_STEPS; i++) {
                double loss = own.run(data);
                double wanted = peer.run(data);
                double difference = Math.abs(loss - wanted) / wanted;
                if (!(difference <= TOLERANCE)) {
                    throw new IllegalStateException("not the same step: loss " + loss + " in step " + i + ", " + wanted
                            + " as PyTorch does it");
                }
                largest = Math.max(largest, difference);
            }
        }
        report.agreement(COMPARED_STEPS, largest);
    }

    private void measure(StepData data) {
        Map<String, TrainingStep> all = new LinkedHashMap<>();
        Map<String, List<Double>> milliseconds = new LinkedHashMap<>();
        List<Double> peak = new ArrayList<>();
        try {
            all.put(FLOAT32, new NextscaleStep(spec, first, false));
            all.put(BFLOAT16, new NextscaleStep(spec, first, true));
            all.put(PEER, new PyTorchStep(spec, first));
            all.forEach((name, step) -> {
                milliseconds.put(name, new ArrayList<>());
                milliseconds(step, data); // warm
            });
            TorchVar.gemm(options.matrix);
            List<String> names = List.copyOf(all.keySet());
            for (int round = 0; round < options.rounds; round++) {
                peak.add(TorchVar.gemm(options.matrix));
                for (int i = 0; i < names.size(); i++) {
                    String name = names.get((round + i) % names.size()); // nobody is always after the same one
                    milliseconds.get(name).add(milliseconds(all.get(name), data));
                }
            }
        } finally {
            all.values().forEach(TrainingStep::close);
        }
        report.steps(milliseconds, PEER, peak);
    }

    /** Of a step, on average. */
    private double milliseconds(TrainingStep step, StepData data) {
        long start = System.nanoTime();
        for (int i = 0; i < options.steps; i++) {
            step.run(data);
        }
        return (System.nanoTime() - start) / 1e6 / options.steps;
    }
}
