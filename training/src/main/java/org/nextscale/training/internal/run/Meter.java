package org.nextscale.training.internal.run;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.LongSupplier;

/** How long a step takes, of late: what lies between steps, checkpoints for instance, counts too. Not thread-safe. */
public final class Meter {
    private static final int RECENT = 100;
    private static final double NANOS = 1e9;

    private final LongSupplier clock;
    private final Deque<Long> ends = new ArrayDeque<>();

    /** Begins to measure now. */
    public Meter() {
        this(System::nanoTime);
    }

    Meter(LongSupplier clock) {
        this.clock = clock;
        ends.add(clock.getAsLong());
    }

    /** A step is done. */
    public void step() {
        ends.add(clock.getAsLong());
        if (ends.size() > RECENT + 1) {
            ends.remove();
        }
    }

    /** Average over the last 100 steps; 0 before the first. */
    public double secondsPerStep() {
        int steps = ends.size() - 1;
        return steps == 0 ? 0 : (ends.getLast() - ends.getFirst()) / NANOS / steps;
    }
}
