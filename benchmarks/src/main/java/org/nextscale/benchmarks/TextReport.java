package org.nextscale.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.nextscale.api.model.ModelSpec;

/** The results as tables for people. */
final class TextReport {
    private final ModelSpec spec;
    private final Results results;
    private final Rates rates;
    private final List<String> lines = new ArrayList<>();

    TextReport(ModelSpec spec, Results results) {
        this.spec = spec;
        this.results = results;
        rates = new Rates(spec);
    }

    List<String> lines() {
        results.machine.forEach((key, value) -> lines.add(key + ": " + value));
        lines.add("model: " + results.model + ", " + spec.imageSize() + " px, " + megabytes(results.weightBytes)
                + " MB of weights in float32; one image under guidance");
        lines.add("times are medians (least .. most) of rounds in which all take turns");
        targets();
        images();
        scales();
        throughput();
        peak();
        libtorch();
        return lines;
    }

    private void targets() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"Targets", "asked", "reached", ""});
        for (Targets.Target target : results.targets) {
            String unit = target.unit().isEmpty() ? "" : " " + target.unit();
            rows.add(new String[] {
                target.what(),
                (target.atMost() ? "at most " : "at least ") + number(target.limit()) + unit,
                target.reached().text(target.decimals()) + unit,
                target.met() ? "met" : "MISSED"
            });
        }
        lines.addAll(TextTable.of(rows));
    }

    private void images() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"Whole image", "s", "transformer ms", "decoder ms", "outside %", "GFLOP/s", "peak MB"});
        results.contestants.forEach((name, measured) -> rows.add(new String[] {
            name,
            measured.seconds().text(2),
            Spread.of(measured.rounds, t -> t.inTransformer() / 1e6).text(0),
            Spread.of(measured.rounds, t -> t.decoder() / 1e6).text(0),
            Spread.of(measured.rounds, t -> 100 * t.outside()).text(1),
            rates.image(measured.rounds).text(0),
            measured.peakMemory == 0 ? "" : megabytes(measured.peakMemory)
        }));
        lines.addAll(TextTable.of(rows));
        results.contestants.forEach((name, measured) -> lines.add(name + ": " + measured.device));
    }

    /** Medians: time of a scale, and in brackets the transformer's GFLOP/s. */
    private void scales() {
        List<String[]> rows = new ArrayList<>();
        List<String> names = new ArrayList<>(results.contestants.keySet());
        List<String> head = new ArrayList<>(List.of("ms [GFLOP/s]"));
        head.addAll(names);
        rows.add(head.toArray(String[]::new));
        for (int k = 0; k < spec.pyramid().scales(); k++) {
            int scale = k;
            int side = spec.pyramid().side(k);
            List<String> row = new ArrayList<>(List.of("scale " + (k + 1) + ", " + side + " x " + side));
            for (String name : names) {
                Results.Measured measured = results.contestants.get(name);
                double milliseconds =
                        Spread.of(measured.rounds, t -> t.scales()[scale] / 1e6).median();
                row.add(cell(milliseconds, rates.scale(measured.rounds, k).median()));
            }
            rows.add(row.toArray(String[]::new));
        }
        List<String> decoder = new ArrayList<>(List.of("decoder"));
        for (String name : names) {
            Results.Measured measured = results.contestants.get(name);
            double milliseconds =
                    Spread.of(measured.rounds, t -> t.decoder() / 1e6).median();
            decoder.add(cell(milliseconds, rates.decoder(measured.rounds).median()));
        }
        rows.add(decoder.toArray(String[]::new));
        lines.addAll(TextTable.of(rows));
    }

    private static String cell(double milliseconds, double rate) {
        return String.format(Locale.ROOT, "%.1f [%.0f]", milliseconds, rate);
    }

    private void throughput() {
        Set<Integer> batches = new TreeSet<>();
        results.contestants.values().forEach(measured -> batches.addAll(measured.imagesPerSecond.keySet()));
        if (batches.isEmpty()) {
            return;
        }
        List<String[]> rows = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("Images/s"));
        batches.forEach(batch -> head.add("batch " + batch));
        rows.add(head.toArray(String[]::new));
        results.contestants.forEach((name, measured) -> {
            List<String> row = new ArrayList<>(List.of(name));
            batches.forEach(batch -> row.add(
                    String.format(Locale.ROOT, "%.3f", measured.imagesPerSecond.getOrDefault(batch, Double.NaN))));
            rows.add(row.toArray(String[]::new));
        });
        lines.addAll(TextTable.of(rows));
    }

    private void peak() {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {"Product of two 2048 x 2048 float32 matrices", "GFLOP/s"});
        results.gemm.forEach((name, values) -> rows.add(new String[] {
            name, Spread.of(values, v -> v).text(0) + (name.equals(results.peakEngine()) ? ", taken as the peak" : "")
        }));
        lines.addAll(TextTable.of(rows));
    }

    private void libtorch() {
        if (!results.libtorchSettings.isEmpty()) {
            List<String[]> rows = new ArrayList<>();
            rows.add(new String[] {"libtorch settings tried beforehand", "s"});
            results.libtorchSettings.forEach((settings, seconds) ->
                    rows.add(new String[] {settings, String.format(Locale.ROOT, "%.2f", seconds)}));
            lines.addAll(TextTable.of(rows));
        }
    }

    private static String number(double value) {
        return value >= 100
                ? String.format(Locale.ROOT, "%.0f", value)
                : Double.toString(value).replaceAll("\\.0$", "");
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.0f", bytes / 1e6);
    }
}
