package org.nextscale.engine.internal;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import java.time.Duration;

/** How the engine is put together, the same in a container and on the plain class path: only who fills {@link Plugins} differs. */
final class EngineModule extends AbstractModule {
    /** How long a request waits for a backend to come back, an update of its bundle for instance. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final Plugins plugins;
    private final Duration grace;

    EngineModule(Plugins plugins) {
        this(plugins, GRACE);
    }

    EngineModule(Plugins plugins, Duration grace) {
        this.plugins = plugins;
        this.grace = grace;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        bind(Plugins.class).toInstance(plugins);
        bind(Duration.class).toInstance(grace);
        bind(OpenModels.class).in(Scopes.SINGLETON);
        bind(Deployments.class).in(Scopes.SINGLETON);
        bind(BackendSelection.class).in(Scopes.SINGLETON);
        bind(PluginEngine.class).in(Scopes.SINGLETON);
    }
}
