package org.nextscale.cli.internal.command;

import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.cli.internal.Console;
import org.nextscale.cli.internal.ExitCode;
import org.nextscale.cli.internal.Json;
import org.nextscale.cli.internal.Patience;
import org.nextscale.cli.internal.Session;
import org.nextscale.cli.internal.output.Duration;
import org.nextscale.cli.internal.output.TrainingReport;

/**
 * Carries a training run out and says what came of it: what {@code train} and {@code fine-tune} have in common.
 *
 * @param trainer id of the trainer
 * @param command that was typed, for the line that says how to go on
 * @param json whether to answer in JSON
 */
record Training(Session session, String trainer, String command, boolean json) {
    /** For the step at hand and its checkpoint, after Ctrl-C. */
    private static final int PATIENCE_SECONDS = 120;

    int run(TrainingRequest request) {
        Trainer chosen = session.engine().trainers().stream()
                .filter(each -> each.id().equals(trainer))
                .findFirst()
                .orElseThrow(
                        () -> new InvalidInputException("trainer " + trainer + " has gone: see nextscale plugins"));
        long start = System.nanoTime();
        try (Patience patience = new Patience(PATIENCE_SECONDS);
                TrainingReport report = new TrainingReport(session.console())) {
            boolean done = train(chosen, request, report);
            report.close();
            say(request, report, done, System.nanoTime() - start);
            return done ? ExitCode.OK : ExitCode.STOPPED;
        }
    }

    /** Whether it came to its end. */
    private boolean train(Trainer chosen, TrainingRequest request, TrainingReport report) {
        report.say("preparing " + request.data());
        try {
            chosen.train(request, report);
            return true;
        } catch (CancellationException e) {
            return false;
        }
    }

    private void say(TrainingRequest request, TrainingReport report, boolean done, long nanoseconds) {
        Console console = session.console();
        Optional<TrainingProgress> last = report.last();
        if (json) {
            console.json(document(request, report, done, nanoseconds));
        } else if (done) {
            String steps = last.map(progress -> ", " + progress.steps() + (progress.steps() == 1 ? " step" : " steps"))
                    .orElse("");
            String values = last.map(progress -> TrainingReport.values(progress.values()))
                    .filter(words -> !words.isEmpty())
                    .map(words -> ", " + words)
                    .orElse("");
            console.line("wrote " + console.bold(request.out().toString()) + ": " + trainer + steps + values + ", "
                    + Duration.words(nanoseconds));
        }
        if (!done) {
            console.problem("stopped"
                    + last.map(progress -> " after step " + progress.step() + " of " + progress.steps() + "; " + command
                                    + " --out " + request.out() + " --resume goes on from there")
                            .orElse(" before the first step"));
        }
    }

    private JsonObject document(TrainingRequest request, TrainingReport report, boolean done, long nanoseconds) {
        JsonObject parameters = numbers(request.parameters().asMap());
        JsonObject document =
                Json.object("trainer", trainer, "data", request.data(), "out", request.out(), "parameters", parameters);
        document.addProperty("resumed", request.resume());
        document.addProperty("done", done);
        report.last().ifPresent(progress -> {
            document.addProperty("step", progress.step());
            document.addProperty("steps", progress.steps());
            document.add("values", numbers(progress.values()));
        });
        document.add("notes", Json.array(report.notes()));
        document.addProperty("nanoseconds", nanoseconds);
        return document;
    }

    private static JsonObject numbers(Map<String, ?> values) {
        JsonObject object = new JsonObject();
        values.forEach((name, value) -> object.add(name, Json.value(value)));
        return object;
    }
}
