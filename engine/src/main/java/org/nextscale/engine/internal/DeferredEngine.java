package org.nextscale.engine.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.nextscale.api.NextscaleException;
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

/**
 * An engine that is put together by another thread while its plugins are found: what is plugged in can be asked for at once. Guice and
 * what it brings take longer to load than everything else of the engine.
 */
class DeferredEngine implements Engine {
    private final PluginRegistry plugins;
    private final FutureTask<DefaultEngine> engine;

    /** @param plugins to be filled by whoever knows them */
    DeferredEngine(PluginRegistry plugins) {
        this.plugins = plugins;
        engine = new FutureTask<>(() -> DefaultEngine.over(plugins));
        Thread thread = new Thread(engine, "nextscale-engine");
        thread.setDaemon(true);
        thread.start();
    }

    /** The engine itself, as soon as it is there. */
    final DefaultEngine engine() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return engine.get();
                } catch (InterruptedException e) {
                    interrupted = true; // it takes a moment only
                } catch (ExecutionException e) {
                    throw new NextscaleException("the engine cannot be put together: " + e.getCause(), e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public <P extends Plugin> List<PluginInfo<P>> plugins(PluginKind<P> kind) {
        return plugins.all(kind);
    }

    @Override
    public <P extends Plugin> Optional<PluginInfo<P>> find(PluginKind<P> kind, String id) {
        return plugins.find(kind, id);
    }

    @Override
    public <P extends Plugin> PluginInfo<P> plugin(PluginKind<P> kind, String id) {
        return plugins.get(kind, id);
    }

    @Override
    public List<RefusedPlugin> refusedPlugins() {
        return plugins.refused();
    }

    @Override
    public List<BackendStatus> backends(PluginChoice choice, Optional<ModelSpec> model) {
        return engine().backends(choice, model);
    }

    @Override
    public Model model(Path path) {
        return engine().model(path);
    }

    @Override
    public ImageGenerator open(Model model, PluginChoice backend) {
        return engine().open(model, backend);
    }

    @Override
    public Optional<ImageSet> images(Path path, ImagePart part, Consumer<String> note) {
        return engine().images(path, part, note);
    }

    @Override
    public ConformanceReport verify(
            Path set, PluginChoice backend, Consumer<TensorCheck> onCheck, Cancellation cancellation) {
        return engine().verify(set, backend, onCheck, cancellation);
    }

    @Override
    public List<PromiseCheck> verify(
            PluginKind<?> kind,
            PluginChoice plugin,
            Optional<Path> model,
            Consumer<PromiseCheck> onCheck,
            Cancellation cancellation) {
        return engine().verify(kind, plugin, model, onCheck, cancellation);
    }

    @Override
    public void addListener(EngineListener listener) {
        engine().addListener(listener);
    }

    @Override
    public void removeListener(EngineListener listener) {
        engine().removeListener(listener);
    }

    @Override
    public void close() {
        engine().close();
    }
}
