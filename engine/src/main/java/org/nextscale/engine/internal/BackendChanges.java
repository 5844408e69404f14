package org.nextscale.engine.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.nextscale.api.engine.BackendChange;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.EngineListener;

/** Tells listeners and the log where models run. Thread-safe. */
final class BackendChanges {
    private static final System.Logger LOG = System.getLogger("org.nextscale.engine");

    private final List<EngineListener> listeners = new CopyOnWriteArrayList<>();

    private record Change(
            String model, BackendStatus backend, boolean isFailover, List<String> reasons, List<String> notices)
            implements BackendChange {}

    void add(EngineListener listener) {
        listeners.add(listener);
    }

    void remove(EngineListener listener) {
        listeners.remove(listener);
    }

    /** @param lost why it left its backend though nobody asked for it, a line each; empty if somebody did */
    void moved(SwitchableGenerator generator, List<String> lost) {
        List<String> reasons = new ArrayList<>(lost);
        reasons.addAll(generator.fallbacks());
        Change change = new Change(
                generator.model().name(),
                generator.backend(),
                !lost.isEmpty(),
                List.copyOf(reasons),
                generator.backendNotices());
        if (!reasons.isEmpty()) {
            log("model " + change.model() + " runs on "
                    + change.backend().info().label() + ": " + String.join("; ", reasons));
        }
        change.notices().forEach(this::log);
        listeners.forEach(listener -> tell(listener, change));
    }

    /** Who listens says it himself. */
    private void log(String line) {
        LOG.log(listeners.isEmpty() ? System.Logger.Level.WARNING : System.Logger.Level.INFO, line);
    }

    private static void tell(EngineListener listener, Change change) {
        try {
            listener.backendChanged(change);
        } catch (RuntimeException | LinkageError e) {
            LOG.log(System.Logger.Level.WARNING, "a listener failed", e);
        }
    }
}
