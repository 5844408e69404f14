package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.model.ModelPackage;

/** The models that are open, so that none outlives its backend or the engine. Thread-safe. */
final class OpenModels {
    private final Plugins plugins;
    private final Deployments deployments;
    private final Duration grace;
    private final Set<OpenModel> open = ConcurrentHashMap.newKeySet();

    @Inject
    OpenModels(Plugins plugins, Deployments deployments, Duration grace) {
        this.plugins = plugins;
        this.deployments = deployments;
        this.grace = grace;
    }

    OpenModel open(ModelPackage model, BackendChoice choice) {
        OpenModel opened = new OpenModel(model, choice, plugins, deployments, grace, open::remove);
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
    void leave(BackendProvider provider) {
        open.forEach(model -> model.leave(provider));
    }

    void closeAll() {
        open.forEach(OpenModel::close);
    }
}
