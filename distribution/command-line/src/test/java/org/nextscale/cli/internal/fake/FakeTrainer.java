package org.nextscale.cli.internal.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.nextscale.api.TrainingException;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;

/** Learns nothing, but counts its steps, and begins a run's folder as a trainer does. */
public abstract class FakeTrainer implements Trainer {
    /** The last request. */
    public static volatile TrainingRequest asked;

    /** Run in every step, for tests that interfere. */
    public static volatile LongConsumer atEveryStep = step -> {};

    private final String id;
    private final String description;
    private final List<Parameter> parameters;

    FakeTrainer(String id, String description, Parameter... own) {
        this.id = id;
        this.description = description;
        List<Parameter> all = new ArrayList<>(List.of(own));
        all.add(Parameter.integer("steps", 3, 1, 1000, "of the optimizer"));
        all.add(Parameter.number("learning-rate", 1e-3, 0, 1, "of the optimizer"));
        all.add(Parameter.flag("flip", true, "images at random"));
        all.add(Parameter.integer("fails-at", 0, 0, 1000, "step whose loss is no number"));
        all.add(Parameter.text("out", "", "hidden by the command's own --out"));
        parameters = List.copyOf(all);
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return description;
    }

    @Override
    public List<Parameter> parameters() {
        return parameters;
    }

    @Override
    public void train(TrainingRequest request, TrainingListener listener) {
        asked = request;
        begin(request);
        listener.note("2 images skipped");
        long steps = request.parameters().integer("steps");
        for (long step = 1; step <= steps; step++) {
            request.cancellation().throwIfCancelled();
            if (step == request.parameters().integer("fails-at")) {
                throw new TrainingException(
                        "the loss is no number at step " + step + ", step-2.ckpt is the last good one");
            }
            atEveryStep.accept(step);
            listener.stepDone(TrainingProgress.of(step, steps, 1.0 / 3 / step, 0.25)
                    .with("learning-rate", request.parameters().number("learning-rate")));
        }
    }

    private void begin(TrainingRequest request) {
        StringBuilder json = new StringBuilder("{\"trainer\": \"" + id + "\", \"data\": \""
                + request.images().description() + "\", \"parameters\": {");
        request.parameters()
                .asMap()
                .forEach((name, value) -> json.append(json.charAt(json.length() - 1) == '{' ? "" : ", ")
                        .append("\"" + name + "\": ")
                        .append(value instanceof String ? "\"" + value + "\"" : value));
        try {
            Files.createDirectories(request.out());
            Files.writeString(request.out().resolve("run.json"), json + "}}");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
