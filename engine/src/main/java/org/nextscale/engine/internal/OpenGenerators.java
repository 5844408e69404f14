package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.engine.internal.backend.ModelLoader;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/** The models that are open, so that none outlives its backend or the engine. Thread-safe. */
final class OpenGenerators {
    private final PluginRegistry plugins;
    private final ModelLoader loader;
    private final BackendChanges changes;
    private final Duration grace;
    private final Set<SwitchableGenerator> open = ConcurrentHashMap.newKeySet();

    @Inject
    OpenGenerators(PluginRegistry plugins, ModelLoader loader, BackendChanges changes, Duration grace) {
        this.plugins = plugins;
        this.loader = loader;
        this.changes = changes;
        this.grace = grace;
    }

    SwitchableGenerator open(Model model, PluginChoice choice) {
        SwitchableGenerator opened =
                new SwitchableGenerator(model, choice, plugins, loader, changes, grace, open::remove);
        // Known before it is on a backend, so that none goes away unnoticed in between.
        open.add(opened);
        try {
            opened.open();
        } catch (RuntimeException | Error e) {
            open.remove(opened);
            throw e;
        }
        return opened;
    }

    /** Takes every model off a backend that goes away, within one scale; returns when all its memory is back. */
    void leave(PluginInfo<BackendProvider> backend) {
        open.forEach(generator -> generator.leave(backend));
    }

    void closeAll() {
        open.forEach(SwitchableGenerator::close);
    }
}
