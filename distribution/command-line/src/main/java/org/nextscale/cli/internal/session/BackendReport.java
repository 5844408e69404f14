package org.nextscale.cli.internal.session;

import org.nextscale.api.engine.BackendChange;
import org.nextscale.api.engine.EngineListener;

/**
 * Says in a line why a model runs where nobody asked for: which better backend was passed over, what its backend wants to be
 * known, or what became of the one before.
 */
record BackendReport(Console console) implements EngineListener {
    @Override
    public void backendChanged(BackendChange change) {
        if (!change.reasons().isEmpty()) {
            console.problem(String.join("; ", change.reasons()) + "; using "
                    + change.backend().id());
        }
        change.notices().forEach(console::problem);
    }
}
