package org.nextscale.cli.internal.output;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.Table;
import org.nextscale.evaluation.EvaluationReport;
import org.nextscale.evaluation.Measurement;
import org.nextscale.evaluation.images.SkippedImages;

/** What an evaluation found, for people and for programs. */
public final class EvaluationText {
    private static final int NAMED = 10;

    private EvaluationText() {}

    /** Names images that were left out: the first few, and how many more. */
    public static void warn(Console console, SkippedImages skipped) {
        List<String> lines = skipped.lines();
        lines.stream().limit(NAMED).forEach(line -> console.warn("left out: " + line));
        if (skipped.count() > NAMED) {
            console.warn("left out: " + (skipped.count() - NAMED) + " more images");
        }
    }

    public static void print(Console console, EvaluationReport report) {
        warnOfLeftOut(console, report);
        report.notes().forEach(console::warn);
        Table table = new Table("lr");
        for (Measurement each : report.measurements()) {
            table.add(each.label(), number(each.value()));
        }
        table.lines().forEach(console::line);
        console.line(report.images() + " images"
                + (report.references() == 0 ? "" : ", " + report.references() + " real ones")
                + report.network().map(name -> ", features: " + name).orElse(""));
        report.leftOut().forEach(console::line);
    }

    private static void warnOfLeftOut(Console console, EvaluationReport report) {
        warn(console, report.skipped());
        warn(console, report.skippedReferences());
    }

    private static String number(double value) {
        int decimals = Math.abs(value) < 10 ? 4 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    public static void printJson(Console console, EvaluationReport report) {
        warnOfLeftOut(console, report);
        JsonObject metrics = new JsonObject();
        report.measurements().forEach(each -> metrics.add(each.id(), Json.value(each.value())));
        JsonObject document = new JsonObject();
        report.network().ifPresent(name -> document.addProperty("network", name));
        document.add("metrics", metrics);
        document.addProperty("images", report.images());
        document.addProperty("skipped", report.skipped().count());
        document.add("skipped-images", Json.array(report.skipped().lines()));
        document.addProperty("references", report.references());
        document.addProperty("skipped-references", report.skippedReferences().count());
        document.add(
                "skipped-reference-images",
                Json.array(report.skippedReferences().lines()));
        document.add("left-out", Json.array(report.leftOut()));
        document.add("notes", Json.array(report.notes()));
        console.json(document);
    }
}
