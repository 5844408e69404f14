package org.nextscale.engine.internal;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import java.time.Duration;
import org.nextscale.engine.internal.backend.BackendSelection;
import org.nextscale.engine.internal.backend.ModelLoader;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/**
 * How the engine is put together, the same in a container and on the plain class path: only who fills the
 * {@link PluginRegistry} differs.
 */
final class EngineModule extends AbstractModule {
    /** How long a request waits for a backend to come back, an update of its bundle for instance. */
    private static final Duration GRACE = Duration.ofSeconds(5);

    private final PluginRegistry plugins;
    private final Duration grace;

    EngineModule(PluginRegistry plugins) {
        this(plugins, GRACE);
    }

    EngineModule(PluginRegistry plugins, Duration grace) {
        this.plugins = plugins;
        this.grace = grace;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        bind(PluginRegistry.class).toInstance(plugins);
        bind(Duration.class).toInstance(grace);
        bind(BackendChanges.class).toInstance(new BackendChanges());
        bind(OpenGenerators.class).in(Scopes.SINGLETON);
        bind(ModelLoader.class).in(Scopes.SINGLETON);
        bind(BackendSelection.class).in(Scopes.SINGLETON);
        bind(DefaultEngine.Parts.class).in(Scopes.SINGLETON);
    }
}
