package org.nextscale.distribution;

import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what a watcher thread does. */
final class Eventually {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Eventually() {}

    /** Returns once the condition holds; fails with the state's description when it does not within a minute, which a busy machine may need. */
    static void holds(BooleanSupplier condition, Supplier<?> state) {
        holds(PATIENCE, condition, state);
    }

    /** The same within another time. */
    static void holds(Duration patience, BooleanSupplier condition, Supplier<?> state) {
        Instant end = Instant.now().plus(patience);
        while (!condition.getAsBoolean()) {
            if (Instant.now().isAfter(end)) {
                throw new AssertionError("still not so after " + patience.toSeconds() + " s: " + state.get());
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
