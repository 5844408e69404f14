package org.nextscale.engine.internal;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;

/** How the engine is put together, the same in a container and on the plain class path: only who fills {@link Plugins} differs. */
final class EngineModule extends AbstractModule {
    private final Plugins plugins;

    EngineModule(Plugins plugins) {
        this.plugins = plugins;
    }

    @Override
    protected void configure() {
        binder().requireExplicitBindings();
        bind(Plugins.class).toInstance(plugins);
        bind(OpenModels.class).in(Scopes.SINGLETON);
        bind(BackendSelection.class).in(Scopes.SINGLETON);
        bind(PluginEngine.class).in(Scopes.SINGLETON);
    }
}
