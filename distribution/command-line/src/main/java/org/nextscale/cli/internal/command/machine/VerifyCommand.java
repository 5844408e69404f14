package org.nextscale.cli.internal.command.machine;

import com.google.gson.JsonArray;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.ConformanceReport;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.api.verify.TensorCheck.Measure;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.evaluation.MetricsConformance;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale verify}: a backend against the reference implementation, a plugin against what its kind promises. */
@Command(
        sortOptions = false,
        description = {
            "Runs every stage of the model in a folder of reference vectors and compares each tensor with what the",
            "reference implementation computed. Exit code 0 only if all are within their tolerances; tokens must be equal.",
            "Where the folder has training.safetensors and the training add-on is there, training is checked too.",
            "A file in place of the folder holds recorded features, and checks the metrics of nextscale evaluate.",
            "",
            "--sampler, --guidance and --tokenizer check a plugin against what its kind promises instead: shapes and",
            "ranges, and that equal arguments give equal results, in any order and on many threads."
        },
        footer = {
            "",
            "Examples:",
            "  nextscale verify reference-vectors/base --backend nd4j",
            "  nextscale verify reference-vectors/metrics.safetensors",
            "  nextscale verify --sampler multinomial:top-k=100",
            "  nextscale verify --tokenizer multi-scale-vq --model reference-vectors/base"
        })
public final class VerifyCommand extends SessionCommand {
    private static final String COLUMNS = " %12s %12s %14s  ";
    private static final int NAME_WIDTH = 28;
    /** Those of training are a parameter's, whole. */
    private static final int TRAINING_NAME_WIDTH = 58;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FOLDER|FILE",
            description = "a folder with the model and expected.safetensors, or metrics.safetensors")
    private Path folder;

    @Option(
            names = "--backend",
            paramLabel = "ID|auto[:option=value,...]",
            description = "what to check (default: as configured, else auto, the best for this machine)")
    private String backend;

    @Mixin
    private PluginVerification plugins;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    private boolean begun;

    public VerifyCommand(Session session) {
        super(session);
        plugins = new PluginVerification();
    }

    @Override
    public Integer call() {
        if ((folder == null ? 0 : 1) + plugins.named() != 1) {
            throw new InvalidInputException(
                    "say one thing to verify: FOLDER, FILE, --sampler, --guidance or --tokenizer");
        }
        if (folder == null) {
            return plugins.run(session(), json) ? ExitCode.OK : ExitCode.FAILURE;
        }
        return Files.isRegularFile(folder) ? checkMetrics() : checkBackend();
    }

    private int checkBackend() {
        ConformanceReport report = session()
                .engine()
                .verify(
                        folder,
                        session().backend(backend),
                        this::checked,
                        session().cancellation());
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
        List<TensorCheck> checks =
                MetricsConformance.run(folder, this::checked, session().cancellation());
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

    private void checked(TensorCheck check) {
        if (!json) {
            print(check);
        }
    }

    private void print(TensorCheck check) {
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
