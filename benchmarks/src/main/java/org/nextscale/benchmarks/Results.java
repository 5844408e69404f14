package org.nextscale.benchmarks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.benchmarks.subject.ImageTimes;

/**
 * All that one run of the benchmark found. Lists over rounds have the same length and belong together index by index:
 * what stands at one index was measured within seconds of each other.
 */
final class Results {
    /** Processor, number of processors, system, JDK, load. */
    final Map<String, String> machine = new LinkedHashMap<>();

    String model;
    /** Bytes of the model's files, and what they would be in float32. */
    long weightBytes;

    final Map<String, Measured> contestants = new LinkedHashMap<>();
    /** GFLOP/s of the product of two float32 matrices, by engine, a value a round. */
    final Map<String, List<Double>> gemm = new LinkedHashMap<>();
    /** Seconds an image that libtorch took in every setting tried, before the rounds. */
    final Map<String, Double> libtorchSettings = new LinkedHashMap<>();
    /** Names of the peer's contestants. */
    String libtorch;

    String bestLibtorch;
    /** Milliseconds an image of the boxed model, by backend, a value a round. */
    final Map<String, List<Double>> boxed = new LinkedHashMap<>();
    /** Seconds of whole processes that make one image of the boxed model, by backend. */
    final Map<String, List<Double>> cold = new LinkedHashMap<>();

    List<Targets.Target> targets = List.of();

    /** What one contestant did. */
    static final class Measured {
        String device;
        List<ImageTimes> rounds;
        /** Peak resident memory after the rounds. */
        long peakMemory;
        /** Images a second, by batch. */
        final Map<Integer, Double> imagesPerSecond = new LinkedHashMap<>();

        Spread seconds() {
            return Spread.of(rounds, times -> times.total() / 1e9);
        }
    }

    /** The engine that multiplied fastest, by its median; the machine's peak. */
    String peakEngine() {
        return gemm.entrySet().stream()
                .max((a, b) -> Double.compare(peak(a.getValue()), peak(b.getValue())))
                .orElseThrow()
                .getKey();
    }

    /** GFLOP/s of the machine's peak. */
    double peak() {
        return peak(gemm.get(peakEngine()));
    }

    private static double peak(List<Double> rates) {
        return Spread.of(rates, rate -> rate).median();
    }

    /** Time of one contestant over that of another, round by round. */
    Spread ratio(String contestant, String other) {
        List<ImageTimes> mine = contestants.get(contestant).rounds;
        List<ImageTimes> theirs = contestants.get(other).rounds;
        double[] ratios = new double[mine.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = (double) mine.get(i).total() / theirs.get(i).total();
        }
        return Spread.of(ratios);
    }
}
