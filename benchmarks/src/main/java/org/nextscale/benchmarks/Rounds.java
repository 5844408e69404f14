package org.nextscale.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.benchmarks.libtorch.LibtorchSettings;
import org.nextscale.benchmarks.subject.ImageTimes;

/**
 * The contestants' turns. Their processes all live through the rounds and sleep between their turns, so that a round is
 * one image of each within seconds.
 */
final class Rounds {
    private static final int GEMM_SIZE = 2048;
    private static final int GEMM_REPEATS = 5;
    private static final int BATCH_IMAGES = 8;
    /** Settings of libtorch that are looked at twice. */
    private static final int FINALISTS = 3;

    private final BenchOptions options;
    private final Path model;
    private final Results results;
    private final Map<String, ChildProcess> children = new LinkedHashMap<>();

    Rounds(BenchOptions options, Path model, Results results) {
        this.options = options;
        this.model = model;
        this.results = results;
    }

    void run() {
        List<Contestant> contestants = new ArrayList<>();
        options.backends.forEach(choice -> contestants.add(Contestant.backend(choice)));
        if (options.peer) {
            addPeers(contestants);
        }
        try (ChildProcess peak = Contestant.peak(options.threads).start(null, options.out)) {
            open(contestants);
            for (int round = 0; round < options.rounds; round++) {
                gemm(peak);
                int seed = round;
                children.forEach((name, child) -> {
                    ImageTimes times = child.images(1, seed);
                    results.contestants.get(name).rounds.add(times);
                    note("round " + (seed + 1) + ": " + name + ", " + times.total() / 1_000_000 + " ms");
                });
            }
            children.forEach((name, child) -> results.contestants.get(name).peakMemory = child.peakMemory());
            options.batches.forEach(this::throughput);
        } finally {
            children.values().forEach(ChildProcess::close);
        }
    }

    private void open(List<Contestant> contestants) {
        for (Contestant contestant : contestants) {
            note("opening " + contestant.name());
            ChildProcess child = contestant.start(model, options.out);
            children.put(contestant.name(), child);
            Results.Measured measured = new Results.Measured();
            measured.device = child.device();
            measured.rounds = new ArrayList<>();
            results.contestants.put(contestant.name(), measured);
            for (int i = 0; i < options.warmUp; i++) {
                child.images(1, i);
            }
        }
    }

    /** The peer as it comes, and in the setting that does best in a first try of all. */
    private void addPeers(List<Contestant> contestants) {
        LibtorchSettings best = options.libtorch == null ? search() : options.libtorch;
        Contestant plain = Contestant.libtorch(LibtorchSettings.AS_IT_COMES);
        Contestant tuned = Contestant.libtorch(best);
        results.libtorch = plain.name();
        results.bestLibtorch = tuned.name();
        contestants.add(plain);
        if (!tuned.equals(plain)) {
            contestants.add(tuned);
        }
    }

    /** One image in every setting, the first of its process; then two more in the fastest few, after one to warm up. */
    private LibtorchSettings search() {
        Map<LibtorchSettings, Double> first = new LinkedHashMap<>();
        for (LibtorchSettings settings : LibtorchSettings.candidates(options.threads)) {
            first.put(settings, tried(settings, 0, 1).median());
        }
        LibtorchSettings best = null;
        for (LibtorchSettings settings : first.keySet().stream()
                .sorted(Comparator.comparing(first::get))
                .limit(FINALISTS)
                .toList()) {
            double seconds = tried(settings, 1, 2).median();
            if (best == null || seconds < results.libtorchSettings.get(best.toString())) {
                best = settings;
            }
        }
        return best;
    }

    private Spread tried(LibtorchSettings settings, int warmUp, int images) {
        try (ChildProcess child = Contestant.libtorch(settings).start(model, options.out)) {
            for (int i = 0; i < warmUp; i++) {
                child.images(1, i);
            }
            double[] seconds = new double[images];
            for (int i = 0; i < images; i++) {
                seconds[i] = child.images(1, i).total() / 1e9;
            }
            Spread tried = Spread.of(seconds);
            results.libtorchSettings.put(settings.toString(), tried.median());
            note("tried libtorch " + settings + ": " + tried.text(2) + " s");
            return tried;
        }
    }

    /** The best of a few products in every engine that has one. */
    private void gemm(ChildProcess peak) {
        gemm("ONNX Runtime", peak);
        children.forEach((name, child) -> {
            if (name.startsWith("libtorch")) {
                gemm(name, child);
            }
        });
    }

    private void gemm(String name, ChildProcess child) {
        double best = 0;
        for (int i = 0; i < GEMM_REPEATS; i++) {
            best = Math.max(best, child.gemm(GEMM_SIZE));
        }
        results.gemm.computeIfAbsent(name, n -> new ArrayList<>()).add(best);
    }

    /** Of the product's backends; the peer's images take too long for so many. */
    private void throughput(int batch) {
        options.backends.forEach(name -> {
            ChildProcess child = children.get(name);
            note("batch " + batch + ": " + name);
            child.images(batch, 0);
            int repeats = Math.max(1, BATCH_IMAGES / batch);
            long nanoseconds = 0;
            for (int i = 0; i < repeats; i++) {
                nanoseconds += child.images(batch, i).total();
            }
            results.contestants.get(name).imagesPerSecond.put(batch, batch * repeats / (nanoseconds / 1e9));
        });
    }

    /** Says what is going on. */
    static void note(String what) {
        System.err.println("bench: " + what);
    }
}
