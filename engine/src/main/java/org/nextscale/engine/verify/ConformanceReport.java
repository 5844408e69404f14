package org.nextscale.engine.verify;

import java.util.List;
import org.nextscale.engine.BackendStatus;

/**
 * What a conformance check found.
 *
 * @param backend what was checked
 * @param checks every tensor, in the order checked
 * @param unchecked what is in the set and was not checked, and why, a line each; usually empty
 */
public record ConformanceReport(BackendStatus backend, List<TensorCheck> checks, List<String> unchecked) {

    public ConformanceReport {
        checks = List.copyOf(checks);
        unchecked = List.copyOf(unchecked);
    }

    /** Whether every tensor that was checked is within its tolerance. */
    public boolean holds() {
        return !checks.isEmpty() && checks.stream().allMatch(TensorCheck::holds);
    }
}
