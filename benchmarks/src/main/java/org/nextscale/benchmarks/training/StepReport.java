package org.nextscale.benchmarks.training;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.nextscale.benchmarks.MeasuredMachine;
import org.nextscale.benchmarks.Spread;
import org.nextscale.benchmarks.TextTable;

/** What was measured, as text. */
final class StepReport {
    private static final List<String> VARIABLES = List.of("OMP_NUM_THREADS", "OPENBLAS_CORETYPE", "GLIBC_TUNABLES");

    private final StepOptions options;
    private final List<String> lines = new ArrayList<>();

    /** Taken at the start, for the machine's load then. */
    StepReport(StepOptions options, String libtorch) {
        this.options = options;
        Map<String, String> machine = new LinkedHashMap<>();
        MeasuredMachine.describe(machine);
        machine.forEach((key, value) -> lines.add(key + ": " + value));
        lines.add(libtorch);
        for (String name : VARIABLES) {
            if (System.getenv(name) != null) {
                lines.add(name + "=" + System.getenv(name));
            }
        }
        lines.add("model: depth " + options.depth + ", width " + options.width + ", " + options.heads
                + " heads, scales " + options.patchNums + ", " + options.vocabulary + " codes; batch " + options.batch);
        lines.add("times are medians (least .. most) of rounds in which all take turns, " + options.steps
                + " steps each");
    }

    /** @param difference the largest of the losses, relative */
    void agreement(int steps, double difference) {
        lines.add(String.format(
                Locale.ROOT,
                "losses of %d steps from the same weights on the same data: equal within %.1e in float32",
                steps,
                difference));
    }

    /**
     * Time and throughput.
     *
     * @param milliseconds of a step, a value a round
     * @param peer whose time is 1
     * @param peak GFLOP/s of the matrix product, a value a round
     */
    void steps(Map<String, List<Double>> milliseconds, String peer, List<Double> peak) {
        double work = StepWork.of(options.spec(), options.batch);
        double most = Spread.of(peak, each -> each).median();
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"Training step", "ms", "useful GFLOP/s", "of the GEMM peak %", "time / " + peer});
        milliseconds.forEach((name, times) -> {
            List<Double> others = milliseconds.get(peer);
            double[] ratios = new double[times.size()];
            for (int i = 0; i < ratios.length; i++) {
                ratios[i] = times.get(i) / others.get(i);
            }
            Spread rate = Spread.of(times, each -> work / each / 1e6);
            rows.add(new String[] {
                name,
                Spread.of(times, each -> each).text(1),
                rate.text(1),
                String.format(Locale.ROOT, "%.1f", 100 * rate.median() / most),
                Spread.of(ratios).text(3)
            });
        });
        lines.addAll(TextTable.of(rows));
        lines.add(String.format(Locale.ROOT, "useful work: %.2f GFLOP a step: %s", work / 1e9, StepWork.COUNTED));
        lines.add("the peak: libtorch's product of two " + options.matrix + " x " + options.matrix
                + " float32 matrices, " + Spread.of(peak, each -> each).text(1) + " GFLOP/s");
    }

    /** Megabytes of the process in which nothing but these steps had been done. */
    void memory(String name, double early, double late) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"Resident memory, " + name, "MB"});
        rows.add(new String[] {"after " + options.firstLook() + " steps", megabytes(early)});
        rows.add(new String[] {"after " + options.secondLook() + " steps", megabytes(late)});
        rows.add(new String[] {"growth", megabytes(late - early)});
        lines.addAll(TextTable.of(rows));
    }

    private static String megabytes(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    List<String> lines() {
        List<String> all = new ArrayList<>(lines);
        all.add("");
        all.add("load at the end: " + MeasuredMachine.load());
        return all;
    }
}
