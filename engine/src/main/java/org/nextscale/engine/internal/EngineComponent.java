package org.nextscale.engine.internal;

import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.engine.internal.plugin.PluginRegistry;
import org.nextscale.engine.internal.plugin.ServicePlugins;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The engine as a service: the container says what comes and goes. */
@Component(service = Engine.class)
public final class EngineComponent extends DefaultEngine {
    private final ServicePlugins services;

    @Activate
    public EngineComponent(BundleContext context) {
        this(context, new PluginRegistry());
    }

    private EngineComponent(BundleContext context, PluginRegistry plugins) {
        super(plugins);
        services = new ServicePlugins(context, plugins, this::left);
    }

    /** Returns when nothing of that plugin is in use any more: its code may then be unloaded. */
    private void left(PluginInfo<?> plugin) {
        if (plugin.kind() == PluginKind.BACKEND) {
            @SuppressWarnings("unchecked") // of this kind
            PluginInfo<BackendProvider> backend = (PluginInfo<BackendProvider>) plugin;
            leave(backend);
        }
    }

    @Deactivate
    void deactivate() {
        super.close();
        services.close();
    }

    /** Does nothing: the service is everybody's, and ends with its bundle. */
    @Override
    public void close() {}
}
