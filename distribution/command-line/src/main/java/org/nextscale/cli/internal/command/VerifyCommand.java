package org.nextscale.cli.internal.command;

import com.google.gson.JsonArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.Session;
import org.nextscale.engine.verify.Conformance;
import org.nextscale.engine.verify.ConformanceReport;
import org.nextscale.engine.verify.TensorCheck;
import org.nextscale.engine.verify.TensorCheck.Measure;
import org.nextscale.evaluation.MetricsConformance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale verify}: a backend against the reference implementation. */
@Command(
        sortOptions = false,
        description = {
            "Runs every stage of the model in a folder of reference vectors and compares each tensor with what the",
            "reference implementation computed. Exit code 0 only if all are within their tolerances; tokens must be equal.",
            "Where the folder has training.safetensors and the training add-on is there, training is checked too.",
            "A file in place of the folder holds recorded features, and checks the metrics of nextscale evaluate."
        },
        footer = {
            "",
            "Examples:",
            "  nextscale verify reference-vectors/base --backend nd4j",
            "  nextscale verify reference-vectors/metrics.safetensors"
        })
public final class VerifyCommand extends SessionCommand {
    private static final String COLUMNS = " %12s %12s %14s  ";
    private static final int NAME_WIDTH = 28;
    /** Those of training are a parameter's, whole. */
    private static final int TRAINING_NAME_WIDTH = 58;

    @Parameters(
            index = "0",
            paramLabel = "FOLDER|FILE",
            description = "a folder with the model and expected.safetensors, or metrics.safetensors")
    private Path folder;

    @Option(
            names = "--backend",
            paramLabel = "ID|auto[:option=value,...]",
            description = "what to check (default: as configured, else auto, the best for this machine)")
    private String backend;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    private boolean begun;

    public VerifyCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        if (Files.isRegularFile(folder)) {
            return checkMetrics();
        }
        ConformanceReport report = Conformance.run(
                folder, session().engine(), session().backend(backend), json ? check -> {} : this::print);
        if (json) {
            printJson(report);
        } else {
            report.unchecked().forEach(console()::line);
            long failed =
                    report.checks().stream().filter(check -> !check.holds()).count();
            String name = report.backend().id() + " ("
                    + report.backend().availability().device() + ")";
            console()
                    .line(
                            failed == 0 && report.holds()
                                    ? console().good("all " + report.checks().size() + " tensors hold") + " on " + name
                                    : console()
                                                    .bad(failed + " of "
                                                            + report.checks().size() + " tensors FAILED") + " on "
                                            + name);
        }
        return report.holds() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private int checkMetrics() {
        List<TensorCheck> checks = MetricsConformance.run(folder, json ? check -> {} : this::print);
        long failed = checks.stream().filter(check -> !check.holds()).count();
        if (json) {
            console().json(Json.object("file", folder, "holds", failed == 0, "checks", checks(checks)));
        } else {
            console()
                    .line(
                            failed == 0
                                    ? console().good("all " + checks.size() + " metrics hold")
                                    : console().bad(failed + " of " + checks.size() + " metrics FAILED"));
        }
        return failed == 0 ? ExitCode.OK : ExitCode.FAILURE;
    }

    /** Between two tensors is where Ctrl-C stops it. */
    private void print(TensorCheck check) {
        session().cancellation().throwIfCancelled();
        if (!begun) {
            begun = true;
            console()
                    .line(console()
                            .bold((name("tensor")
                                            + String.format(Locale.ROOT, COLUMNS, "max error", "relative", "tolerance"))
                                    .strip()));
        }
        String row = name(check.name())
                + String.format(
                        Locale.ROOT,
                        COLUMNS,
                        number(check.maxError()),
                        number(check.relativeError()),
                        tolerance(check));
        console().line(row + (check.holds() ? console().good("ok") : console().bad("FAILED")));
    }

    private static String name(String name) {
        boolean training = name.startsWith("transformer.") || name.startsWith("tokenizer.");
        int width = training ? TRAINING_NAME_WIDTH : NAME_WIDTH;
        return name + " ".repeat(Math.max(0, width - name.length()));
    }

    private static String number(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.2e", value);
    }

    /** One that is for the relative error says so. */
    private static String tolerance(TensorCheck check) {
        return (check.measure() == Measure.RELATIVE ? "rel. " : "") + number(check.tolerance());
    }

    private static JsonArray checks(List<TensorCheck> checks) {
        JsonArray list = new JsonArray();
        for (TensorCheck check : checks) {
            list.add(Json.object(
                    "name", check.name(),
                    "elements", check.elements(),
                    "max-error", check.maxError(),
                    "relative-error", check.relativeError(),
                    "tolerance", check.tolerance(),
                    "tolerance-of", check.measure() == Measure.RELATIVE ? "relative-error" : "max-error",
                    "holds", check.holds()));
        }
        return list;
    }

    private void printJson(ConformanceReport report) {
        console()
                .json(Json.object(
                        "folder", folder,
                        "backend", report.backend().id(),
                        "device", report.backend().availability().device(),
                        "holds", report.holds(),
                        "unchecked", Json.array(report.unchecked()),
                        "checks", checks(report.checks())));
    }
}
