package org.nextscale.engine.verify;

import java.util.List;
import org.nextscale.engine.BackendStatus;

/**
 * What a conformance check found.
 *
 * @param backend what was checked
 * @param checks every tensor, in the order checked
 */
public record ConformanceReport(BackendStatus backend, List<TensorCheck> checks) {

    public ConformanceReport {
        checks = List.copyOf(checks);
    }

    /** Whether every tensor is within its tolerance. */
    public boolean holds() {
        return !checks.isEmpty() && checks.stream().allMatch(TensorCheck::holds);
    }
}
