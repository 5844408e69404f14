package org.nextscale.engine.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.ConformanceReport;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.EngineListener;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.engine.RefusedPlugin;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.PromiseCheck;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.engine.internal.plugin.PluginRegistry;
import org.nextscale.engine.internal.plugin.ServicePlugins;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;

/** The engine as a service: the container says what comes and goes. */
@Component(service = Engine.class)
public final class EngineComponent implements Engine {
    private final DefaultEngine engine;
    private final ServicePlugins services;

    @Activate
    public EngineComponent(BundleContext context) {
        PluginRegistry plugins = new PluginRegistry();
        engine = DefaultEngine.over(plugins);
        services = new ServicePlugins(context, plugins, this::left);
    }

    /** Returns when nothing of that plugin is in use any more: its code may then be unloaded. */
    private void left(PluginInfo<?> plugin) {
        if (plugin.kind() == PluginKind.BACKEND) {
            @SuppressWarnings("unchecked") // of this kind
            PluginInfo<BackendProvider> backend = (PluginInfo<BackendProvider>) plugin;
            engine.leave(backend);
        }
    }

    @Deactivate
    void deactivate() {
        engine.close();
        services.close();
    }

    @Override
    public <P extends Plugin> List<PluginInfo<P>> plugins(PluginKind<P> kind) {
        return engine.plugins(kind);
    }

    @Override
    public <P extends Plugin> Optional<PluginInfo<P>> find(PluginKind<P> kind, String id) {
        return engine.find(kind, id);
    }

    @Override
    public <P extends Plugin> PluginInfo<P> plugin(PluginKind<P> kind, String id) {
        return engine.plugin(kind, id);
    }

    @Override
    public List<RefusedPlugin> refusedPlugins() {
        return engine.refusedPlugins();
    }

    @Override
    public List<BackendStatus> backends(PluginChoice choice, Optional<ModelSpec> model) {
        return engine.backends(choice, model);
    }

    @Override
    public Model model(Path path) {
        return engine.model(path);
    }

    @Override
    public ImageGenerator open(Model model, PluginChoice backend) {
        return engine.open(model, backend);
    }

    @Override
    public Optional<ImageSet> images(Path path, ImagePart part, Consumer<String> note) {
        return engine.images(path, part, note);
    }

    @Override
    public ConformanceReport verify(
            Path set, PluginChoice backend, Consumer<TensorCheck> onCheck, Cancellation cancellation) {
        return engine.verify(set, backend, onCheck, cancellation);
    }

    @Override
    public List<PromiseCheck> verify(
            PluginKind<?> kind,
            PluginChoice plugin,
            Optional<Path> model,
            Consumer<PromiseCheck> onCheck,
            Cancellation cancellation) {
        return engine.verify(kind, plugin, model, onCheck, cancellation);
    }

    @Override
    public void addListener(EngineListener listener) {
        engine.addListener(listener);
    }

    @Override
    public void removeListener(EngineListener listener) {
        engine.removeListener(listener);
    }

    /** Does nothing: the service is everybody's, and ends with its bundle. */
    @Override
    public void close() {}
}
