package org.nextscale.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.training.Trainer;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.api.training.TrainingRequest;
import org.nextscale.testkit.fake.FakeImageSet;

/** What every {@link Trainer} must do, told to make a run of three or more short steps. Whether it learns is for its own tests. */
public abstract class TrainerSuite extends PluginSuite<Trainer> {
    @TempDir
    Path folder;

    protected TrainerSuite() {
        super(PluginKind.TRAINER);
    }

    /** What it learns from; stripes of sixteen pixels in three classes without more ado. */
    protected ImageSet images() {
        return new FakeImageSet(24, 3, 16);
    }

    /** Runs until the end, or until somebody cancels. */
    private List<TrainingProgress> train(
            Path out, boolean resuming, Cancellation cancellation, Consumer<TrainingProgress> onStep) {
        List<TrainingProgress> steps = new ArrayList<>();
        try (ImageSet images = images()) {
            TrainingRequest request =
                    TrainingRequest.of(images, out, values()).resuming(resuming).withCancellation(cancellation);
            info().plugin().train(request, new TrainingListener() {
                @Override
                public void stepDone(TrainingProgress progress) {
                    steps.add(progress);
                    onStep.accept(progress);
                }
            });
        }
        return steps;
    }

    @Test
    final void itMakesItsStepsAndLeavesSomethingBehind() throws IOException {
        Path out = folder.resolve("whole");
        List<TrainingProgress> steps = train(out, false, Cancellation.NEVER, step -> {});
        assertTrue(steps.size() >= 3, () -> "only " + steps.size() + " steps: tell it to make more");
        assertEquals(
                LongStream.rangeClosed(1, steps.size()).boxed().toList(),
                steps.stream().map(TrainingProgress::step).toList());
        for (TrainingProgress step : steps) {
            assertEquals(steps.size(), step.steps());
            step.values().forEach((name, value) -> assertTrue(Double.isFinite(value), () -> name + " is " + value));
        }
        try (Stream<Path> files = Files.list(out)) {
            assertTrue(files.findAny().isPresent(), "the run's folder is empty");
        }
    }

    @Test
    final void aRunThatWasCancelledGoesOnAsIfItHadNotBeen() {
        List<TrainingProgress> whole = train(folder.resolve("whole"), false, Cancellation.NEVER, step -> {});
        Path out = folder.resolve("in-two-parts");
        CancellationToken cancellation = new CancellationToken();
        List<TrainingProgress> done = new ArrayList<>();
        assertThrows(
                CancellationException.class,
                () -> train(out, false, cancellation, step -> {
                    done.add(step);
                    cancellation.cancel();
                }));
        assertTrue(done.size() < whole.size(), "it was cancelled after its first step");
        done.addAll(train(out, true, Cancellation.NEVER, step -> {}));
        assertEquals(
                whole.stream().map(TrainingProgress::step).toList(),
                done.stream().map(TrainingProgress::step).toList());
        for (int i = 0; i < whole.size(); i++) {
            assertEquals(whole.get(i).values(), done.get(i).values(), "what step " + (i + 1) + " measured");
        }
    }

    @Test
    final void aFolderWithARunIsNotBegunAgainAndOneWithoutIsNotGoneOnWith() {
        Path out = folder.resolve("run");
        assertThrows(InvalidInputException.class, () -> train(out, true, Cancellation.NEVER, step -> {}));
        train(out, false, Cancellation.NEVER, step -> {});
        assertThrows(InvalidInputException.class, () -> train(out, false, Cancellation.NEVER, step -> {}));
    }
}
