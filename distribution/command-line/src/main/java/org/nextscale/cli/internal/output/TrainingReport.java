package org.nextscale.cli.internal.output;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.nextscale.api.training.TrainingListener;
import org.nextscale.api.training.TrainingProgress;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.cli.internal.text.Duration;

/**
 * How a training run goes, on standard error: a line that is written over where a person looks at a terminal, else a line
 * now and then. What the trainer notes is always a line of its own.
 */
public final class TrainingReport implements TrainingListener, AutoCloseable {
    /** Between two lines where there is no terminal. */
    private static final long INTERVAL_NANOSECONDS = 30_000_000_000L;

    /** A line on a terminal must not need two. */
    private static final int VALUES_ON_TERMINAL = 2;

    private static final int MOST_NOTES = 1_000;

    private final Console console;
    private final LongSupplier clock;
    private final ProgressLine line;
    private final List<String> notes = new ArrayList<>();
    private TrainingProgress last;
    private long printed;

    public TrainingReport(Console console) {
        this(console, System::nanoTime);
    }

    /** @param clock in nanoseconds, from any start */
    TrainingReport(Console console, LongSupplier clock) {
        this.console = console;
        this.clock = clock;
        line = new ProgressLine(console);
    }

    /** Says what is being done before the first step. */
    public void say(String what) {
        line.say(what);
    }

    @Override
    public void stepDone(TrainingProgress progress) {
        boolean first = last == null;
        last = progress;
        if (console.showsProgress()) {
            line.show(words(progress, VALUES_ON_TERMINAL), (double) progress.step() / progress.steps());
            return;
        }
        long now = clock.getAsLong();
        if (first || progress.step() == progress.steps() || now - printed >= INTERVAL_NANOSECONDS) {
            printed = now;
            console.err().println(words(progress, Integer.MAX_VALUE));
        }
    }

    @Override
    public void note(String text) {
        line.close();
        console.problem(text);
        if (notes.size() < MOST_NOTES) {
            notes.add(text);
        }
    }

    /** The last step that was reported. */
    public Optional<TrainingProgress> last() {
        return Optional.ofNullable(last);
    }

    /** What the trainer noted, the first thousand lines. */
    public List<String> notes() {
        return List.copyOf(notes);
    }

    /** {@code step 120/2000, loss 0.123, learning-rate 0.000300, 2.31 steps/s, 13 min 34 s left}. */
    private static String words(TrainingProgress progress, int values) {
        StringBuilder words = new StringBuilder("step " + progress.step() + "/" + progress.steps());
        progress.values().entrySet().stream()
                .limit(values)
                .forEach(each ->
                        words.append(", ").append(each.getKey()).append(' ').append(number(each.getValue())));
        double seconds = progress.secondsPerStep();
        if (seconds > 0) {
            words.append(", ").append(pace(seconds));
        }
        if (progress.step() < progress.steps()) {
            words.append(", ")
                    .append(Duration.words((long) (progress.secondsLeft() * 1e9)))
                    .append(" left");
        }
        return words.toString();
    }

    private static String pace(double secondsPerStep) {
        return secondsPerStep < 1
                ? String.format(Locale.ROOT, "%.3g steps/s", 1 / secondsPerStep)
                : String.format(Locale.ROOT, "%.3g s/step", secondsPerStep);
    }

    /** What was measured at a step, in words: {@code loss 0.123, learning-rate 0.000300}. */
    public static String values(Map<String, Double> values) {
        List<String> words = new ArrayList<>();
        values.forEach((name, value) -> words.add(name + " " + number(value)));
        return String.join(", ", words);
    }

    private static String number(double value) {
        boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
        return whole ? Long.toString((long) value) : String.format(Locale.ROOT, "%.3g", value);
    }

    @Override
    public void close() {
        line.close();
    }
}
