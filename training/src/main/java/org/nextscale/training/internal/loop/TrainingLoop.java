package org.nextscale.training.internal.loop;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.training.internal.run.Checkpoints;
import org.nextscale.training.internal.run.Curves;
import org.nextscale.training.internal.run.Meter;
import org.nextscale.training.internal.run.NamedTensor;
import org.nextscale.training.internal.run.RunDescription;
import org.nextscale.training.internal.run.RunFolder;
import org.nextscale.training.internal.run.Samples;
import org.nextscale.training.internal.run.SavedCheckpoint;

/**
 * Steps from the beginning, or from the last checkpoint, to the end; everything a step depends on is in the checkpoint or
 * follows from the step's number, so that a run that goes on is the one that was never interrupted, bit for bit. For one
 * thread.
 */
public final class TrainingLoop {
    private static final int KEPT_CHECKPOINTS = 2;
    /** Settings that no weight depends on but for its rounding: a run may go on elsewhere. */
    private static final Set<String> ROUNDING = Set.of("device", "threads");
    /** Settings that no weight depends on. */
    private static final Set<String> INDIFFERENT =
            Set.of("checkpoint-every", "sample-every", "token-cache", "name", "description", "dtype");

    private final TrainingRequest request;
    private final TrainingListener listener;
    private final RunFolder folder;
    private final RunSettings settings;
    private final long steps;
    private final Checkpoints checkpoints;
    private final Samples samples;
    private final Divergence divergence = new Divergence();

    /** @param folder as {@link #open} opened it */
    public TrainingLoop(
            TrainingRequest request, TrainingListener listener, RunFolder folder, RunSettings settings, long steps) {
        this.request = request;
        this.listener = listener;
        this.folder = folder;
        this.settings = settings;
        this.steps = steps;
        checkpoints = new Checkpoints(folder.checkpoints(), KEPT_CHECKPOINTS, listener::note);
        samples = new Samples(folder.samples(), listener::note);
    }

    /**
     * The folder of a run that begins or goes on, as the request says.
     *
     * @param listener hears of what was set otherwise before, and changes the rounding of what is computed from now on
     */
    public static RunFolder open(
            String trainer, TrainingRequest request, String dataFingerprint, TrainingListener listener) {
        String version = TrainingLoop.class.getPackage().getImplementationVersion();
        Map<String, Object> parameters = new TreeMap<>(request.parameters().asMap());
        RunDescription description = new RunDescription(
                trainer,
                parameters,
                request.images()
                        .location()
                        .map(Path::toString)
                        .orElse(request.images().description()),
                dataFingerprint,
                version == null ? "development" : version);
        if (!request.resumes()) {
            return RunFolder.start(request.out(), description);
        }
        Set<String> free = new HashSet<>(ROUNDING);
        free.addAll(INDIFFERENT);
        RunFolder folder = RunFolder.resume(request.out(), description, free);
        for (String each : folder.description().changes(description, ROUNDING)) {
            listener.note(each + ": the same is learned; last digits may differ from those of a run left as it was");
        }
        return folder;
    }

    /**
     * Runs to the end. What could end a run at its first checkpoint, or behind its last step, is tried before the first one.
     *
     * @param create makes the recipe, as if at the first step
     */
    public void run(Supplier<? extends Recipe> create) {
        checkpoints.requireWritable();
        samples.prepare();
        try (Recipe recipe = create.get()) {
            long first = resume(recipe);
            requireRoom(recipe, first);
            try (Curves curves = Curves.open(folder.path(), recipe.columns(), first, listener::note)) {
                steps(recipe, first, curves);
            }
            listener.note(recipe.finish());
        }
    }

    private long resume(Recipe recipe) {
        Optional<SavedCheckpoint> latest = request.resumes() ? checkpoints.latest() : Optional.empty();
        if (latest.isEmpty()) {
            return 0;
        }
        SavedCheckpoint saved = latest.get();
        try (Checkpoint file = saved.open()) {
            TensorSource tensors = file.tensors();
            for (StateTensor each : recipe.state()) {
                tensors.require(each.name(), each.tensor().numel());
                each.fill((element, target) -> tensors.read(each.name(), element, target));
            }
        }
        if (saved.step() > steps) {
            throw new InvalidInputException(
                    saved.path() + " is of step " + saved.step() + ", the run has " + steps + " steps");
        }
        listener.note("going on from " + saved.path());
        return saved.step();
    }

    private void requireRoom(Recipe recipe, long first) {
        long elements =
                recipe.state().stream().mapToLong(each -> each.tensor().numel()).sum();
        long every = settings.checkpointEvery();
        long last = steps > first && steps % every != 0 ? 1 : 0;
        checkpoints.requireRoom(elements * Float.BYTES, steps / every - first / every + last, recipe.resultBytes());
    }

    private void steps(Recipe recipe, long first, Curves curves) {
        Meter meter = new Meter();
        long saved = first;
        for (long step = first; step < steps; step++) {
            if (request.cancellation().isCancelled()) {
                if (step > saved) {
                    save(recipe, step);
                }
                throw new CancellationException(
                        "stopped after step " + step + " of " + steps + "; go on with --resume");
            }
            Map<String, Double> values = recipe.step(step);
            long done = step + 1;
            divergence.check(step, values).ifPresent(problem -> {
                throw new TrainingException(problem + lastGood());
            });
            boolean look = done % settings.sampleEvery() == 0 || done == steps;
            Map<String, Double> all = new LinkedHashMap<>(values);
            all.putAll(look ? recipe.measure(done) : Map.of());
            meter.step();
            curves.add(done, all);
            TrainingProgress progress =
                    TrainingProgress.of(done, steps, all.get(TrainingProgress.LOSS), meter.secondsPerStep());
            for (Map.Entry<String, Double> each : all.entrySet()) {
                progress = progress.with(each.getKey(), each.getValue());
            }
            listener.stepDone(progress);
            if (done % settings.checkpointEvery() == 0 || done == steps) {
                save(recipe, done);
                saved = done;
            }
            if (look) {
                samples.write(done, recipe.sample(done), recipe.sampleColumns());
                curves.draw();
            }
        }
    }

    private void save(Recipe recipe, long step) {
        List<NamedTensor> tensors = recipe.state().stream()
                .map(each -> new NamedTensor(each.name(), List.of(each.tensor().numel()), each.values()))
                .toList();
        checkpoints.save(step, tensors, Map.of());
    }

    private String lastGood() {
        return checkpoints
                .latest()
                .map(each -> "; the last good checkpoint is " + each.path() + ", of step " + each.step())
                .orElse("; there is no checkpoint yet");
    }
}
