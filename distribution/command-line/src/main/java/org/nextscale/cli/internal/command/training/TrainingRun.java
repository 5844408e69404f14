package org.nextscale.cli.internal.command.training;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.cli.internal.option.StartedRun;
import org.nextscale.cli.internal.option.TrainingOptions.PlannedRun;
import org.nextscale.cli.internal.output.TrainingReport;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Duration;
import org.nextscale.cli.internal.text.Json;

/**
 * Carries a training run out and says what came of it: what {@code train} and {@code fine-tune} have in common.
 *
 * @param command that was typed, for the line that says how to go on
 * @param json whether to answer in JSON
 */
record TrainingRun(Session session, PluginInfo<Trainer> trainer, String command, boolean json) {
    /** For the step at hand and its checkpoint, after Ctrl-C. */
    private static final int PATIENCE_SECONDS = 120;

    int run(PlannedRun planned, boolean resumes) {
        long start = System.nanoTime();
        session.needToStop(PATIENCE_SECONDS);
        try (TrainingReport report = new TrainingReport(session.console());
                ImageSet images = images(planned.data(), ImagePart.TRAIN, report)
                        .orElseThrow(() -> new InvalidInputException(planned.data() + " has no images to learn from"));
                ImageSet test = images(planned.data(), ImagePart.TEST, report).orElse(null)) {
            report.say("preparing " + planned.data());
            TrainingRequest request = TrainingRequest.of(images, planned.out(), planned.parameters())
                    .resuming(resumes)
                    .withCancellation(session.cancellation());
            if (test != null) {
                request = request.withTestImages(test);
            }
            boolean done = train(request, recording(request, planned.data(), report));
            report.close();
            say(planned, resumes, report, done, System.nanoTime() - start);
            return done ? ExitCode.OK : ExitCode.STOPPED;
        } finally {
            session.needToStop(0);
        }
    }

    private Optional<ImageSet> images(Path data, ImagePart part, TrainingReport report) {
        return session.engine().images(data, part, report::note);
    }

    /** Reports, and sees to it that the run can be gone on with as soon as there is something to go on from. */
    private TrainingListener recording(TrainingRequest request, Path data, TrainingReport report) {
        return new TrainingListener() {
            @Override
            public void stepDone(TrainingProgress progress) {
                StartedRun.write(request, trainer.id(), data);
                report.stepDone(progress);
            }

            @Override
            public void note(String line) {
                report.note(line);
            }
        };
    }

    /** Whether it came to its end. */
    private boolean train(TrainingRequest request, TrainingListener listener) {
        try {
            trainer.plugin().train(request, listener);
            return true;
        } catch (CancellationException e) {
            return false;
        }
    }

    private void say(PlannedRun planned, boolean resumes, TrainingReport report, boolean done, long nanoseconds) {
        Console console = session.console();
        Optional<TrainingProgress> last = report.last();
        if (json) {
            console.json(document(planned, resumes, report, done, nanoseconds));
        } else if (done) {
            String steps = last.map(progress -> ", " + progress.steps() + (progress.steps() == 1 ? " step" : " steps"))
                    .orElse("");
            String values = last.map(progress -> TrainingReport.values(progress.values()))
                    .filter(words -> !words.isEmpty())
                    .map(words -> ", " + words)
                    .orElse("");
            console.line("wrote " + console.bold(planned.out().toString()) + ": " + trainer.id() + steps + values + ", "
                    + Duration.words(nanoseconds));
        }
        if (!done) {
            console.problem("stopped"
                    + last.map(progress -> " after step " + progress.step() + " of " + progress.steps() + "; " + command
                                    + " --out " + planned.out() + " --resume goes on from there")
                            .orElse(" before the first step"));
        }
    }

    private JsonObject document(
            PlannedRun planned, boolean resumes, TrainingReport report, boolean done, long nanoseconds) {
        JsonObject parameters = Json.object(planned.parameters().asMap());
        JsonObject document = Json.object(
                "trainer", trainer.id(), "data", planned.data(), "out", planned.out(), "parameters", parameters);
        document.addProperty("resumed", resumes);
        document.addProperty("done", done);
        report.last().ifPresent(progress -> {
            document.addProperty("step", progress.step());
            document.addProperty("steps", progress.steps());
            document.add("values", Json.object(progress.values()));
        });
        document.add("notes", Json.array(report.notes()));
        document.addProperty("nanoseconds", nanoseconds);
        return document;
    }
}
