package org.nextscale.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nextscale.api.model.ModelSpec;

/** What was asked of the product's speed, and what was reached; only what this run measured. */
final class Targets {
    private static final String FLOAT32 = "onnx";
    private static final String INT8 = "onnx:precision=int8";
    private static final String ND4J = "nd4j";
    private static final long MEMORY_ALLOWANCE = 600_000_000;

    private final Results results;
    private final Rates rates;
    private final List<Target> all = new ArrayList<>();

    /**
     * One of them.
     *
     * @param what is measured
     * @param limit the number asked for
     * @param atMost whether less is better
     * @param decimals worth showing
     */
    record Target(String what, double limit, boolean atMost, Spread reached, String unit, int decimals) {

        /** Whether the median keeps to it. */
        boolean met() {
            return atMost ? reached.median() <= limit : reached.median() >= limit;
        }
    }

    Targets(ModelSpec spec, Results results) {
        this.results = results;
        rates = new Rates(spec);
    }

    List<Target> all() {
        againstLibtorch(FLOAT32, 0.5, 0.75);
        againstLibtorch(INT8, 0.25, 0.4);
        againstLibtorch(ND4J, 0.9, Double.NaN);
        Results.Measured onnx = results.contestants.get(FLOAT32);
        if (onnx != null) {
            least(FLOAT32 + ", last four scales, share of the GEMM peak", 0.70, rates.lastScales(onnx.rounds));
            least(FLOAT32 + ", whole image, share of the GEMM peak", 0.60, rates.image(onnx.rounds));
        }
        results.contestants.forEach((name, measured) -> {
            if (!name.startsWith("libtorch")) {
                most(
                        name + ", time outside the networks",
                        3,
                        Spread.of(measured.rounds, times -> 100 * times.outside()),
                        "%",
                        1);
            }
        });
        memory(FLOAT32, 1);
        memory(INT8, 0.5);
        fastest("boxed model, one image, warm", 15, results.boxed, "ms", 1);
        fastest("boxed model, cold process to file", 1.5, results.cold, "s", 2);
        return all;
    }

    private void againstLibtorch(String backend, double asItComes, double atItsBest) {
        if (!results.contestants.containsKey(backend) || results.libtorch == null) {
            return;
        }
        most(backend + " / libtorch as it comes", asItComes, results.ratio(backend, results.libtorch), "", 3);
        if (!Double.isNaN(atItsBest)) {
            most(backend + " / libtorch at its best", atItsBest, results.ratio(backend, results.bestLibtorch), "", 3);
        }
    }

    private void least(String what, double limit, Spread gigaflops) {
        double peak = results.peak();
        Spread share = new Spread(gigaflops.median() / peak, gigaflops.min() / peak, gigaflops.max() / peak);
        all.add(new Target(what, limit, false, share, "", 3));
    }

    private void memory(String backend, double shareOfWeights) {
        Results.Measured measured = results.contestants.get(backend);
        if (measured != null && measured.peakMemory > 0) {
            double megabytes = measured.peakMemory / 1e6;
            most(
                    backend + ", peak resident memory",
                    (shareOfWeights * results.weightBytes + MEMORY_ALLOWANCE) / 1e6,
                    Spread.of(megabytes),
                    "MB",
                    0);
        }
    }

    private void fastest(String what, double limit, Map<String, List<Double>> measured, String unit, int decimals) {
        measured.forEach(
                (backend, values) -> most(what + ", " + backend, limit, Spread.of(values, v -> v), unit, decimals));
    }

    private void most(String what, double limit, Spread reached, String unit, int decimals) {
        all.add(new Target(what, limit, true, reached, unit, decimals));
    }
}
