package org.nextscale.engine.internal;

import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.EngineFactory;
import org.nextscale.engine.internal.plugin.ClassPathPlugins;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/** The engine on the plain class path. */
public final class ClassPathEngineFactory implements EngineFactory {
    @Override
    public Engine create(ClassLoader loader) {
        PluginRegistry plugins = new PluginRegistry();
        Engine engine = new DefaultEngine(plugins);
        ClassPathPlugins.addTo(plugins, loader);
        return engine;
    }
}
