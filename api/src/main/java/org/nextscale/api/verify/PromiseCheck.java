package org.nextscale.api.verify;

import java.util.Objects;
import java.util.Optional;

/** One promise that an interface makes of its implementations, and whether a plugin keeps it. Immutable. */
public final class PromiseCheck {
    private final String promise;
    private final Optional<String> broken;

    private PromiseCheck(String promise, Optional<String> broken) {
        this.promise = Objects.requireNonNull(promise);
        this.broken = broken;
    }

    /** A promise that is kept. */
    public static PromiseCheck kept(String promise) {
        return new PromiseCheck(promise, Optional.empty());
    }

    /**
     * A promise that is not.
     *
     * @param how what was seen instead, in one line
     */
    public static PromiseCheck broken(String promise, String how) {
        return new PromiseCheck(promise, Optional.of(how));
    }

    /** What is promised: {@code "the same logits and draws give the same tokens"}. */
    public String promise() {
        return promise;
    }

    /** Whether it is kept. */
    public boolean holds() {
        return broken.isEmpty();
    }

    /** What was seen instead, in one line; empty if it holds. */
    public Optional<String> broken() {
        return broken;
    }

    @Override
    public String toString() {
        return promise + broken.map(how -> ": FAILED: " + how).orElse(": ok");
    }
}
