package org.nextscale.api.engine;

import java.util.List;
import java.util.Objects;
import org.nextscale.api.verify.TensorCheck;

/** What a comparison of a backend with the reference implementation found. Immutable. */
public final class ConformanceReport {
    private final BackendStatus backend;
    private final List<TensorCheck> checks;
    private final List<String> unchecked;

    private ConformanceReport(BackendStatus backend, List<TensorCheck> checks, List<String> unchecked) {
        this.backend = Objects.requireNonNull(backend);
        this.checks = List.copyOf(checks);
        this.unchecked = List.copyOf(unchecked);
    }

    /**
     * What was found.
     *
     * @param backend what was checked
     * @param checks every tensor, in the order checked
     * @param unchecked what is in the set and was not checked, and why, a line each
     */
    public static ConformanceReport of(BackendStatus backend, List<TensorCheck> checks, List<String> unchecked) {
        return new ConformanceReport(backend, checks, unchecked);
    }

    /** What was checked. */
    public BackendStatus backend() {
        return backend;
    }

    /** Every tensor, in the order checked. */
    public List<TensorCheck> checks() {
        return checks;
    }

    /** What is in the set and was not checked, and why, a line each; usually empty. */
    public List<String> unchecked() {
        return unchecked;
    }

    /** Whether every tensor that was checked is within its tolerance. */
    public boolean holds() {
        return !checks.isEmpty() && checks.stream().allMatch(TensorCheck::holds);
    }
}
