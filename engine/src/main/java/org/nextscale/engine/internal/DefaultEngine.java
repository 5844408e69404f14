package org.nextscale.engine.internal;

import com.google.inject.Guice;
import jakarta.inject.Inject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.NextscaleException;
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
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.verify.PromiseCheck;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.engine.internal.backend.BackendSelection;
import org.nextscale.engine.internal.plugin.PluginRegistry;
import org.nextscale.engine.internal.verify.Conformance;
import org.nextscale.engine.internal.verify.GuidancePromises;
import org.nextscale.engine.internal.verify.Promises;
import org.nextscale.engine.internal.verify.SamplerPromises;
import org.nextscale.engine.internal.verify.TokenizerPromises;
import org.nextscale.model.ModelPackage;

/**
 * An engine over whatever a {@link PluginRegistry} holds. What is plugged in can be asked for at once; the rest is put together by another
 * thread meanwhile, since Guice and what it brings take longer to load than everything else of the engine.
 */
class DefaultEngine implements Engine {
    private final PluginRegistry plugins;
    private final FutureTask<Parts> parts;

    /** What {@link EngineModule} puts together. */
    record Parts(BackendSelection selection, OpenGenerators generators, BackendChanges changes) {
        @Inject
        Parts {}
    }

    /** @param plugins to be filled by whoever knows them */
    DefaultEngine(PluginRegistry plugins) {
        this(plugins, new EngineModule(plugins));
    }

    DefaultEngine(PluginRegistry plugins, EngineModule module) {
        this.plugins = plugins;
        parts = new FutureTask<>(() -> Guice.createInjector(module).getInstance(Parts.class));
        Thread thread = new Thread(parts, "nextscale-engine");
        thread.setDaemon(true);
        thread.start();
    }

    private Parts parts() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return parts.get();
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
        return parts().selection().statuses(choice, model);
    }

    @Override
    public Model model(Path path) {
        return ModelPackage.open(path);
    }

    @Override
    public ImageGenerator open(Model model, PluginChoice backend) {
        return opened(model, backend);
    }

    private SwitchableGenerator opened(Model model, PluginChoice backend) {
        try {
            return parts().generators().open(model, backend);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
    }

    @Override
    public Optional<ImageSet> images(Path path, ImagePart part, Consumer<String> note) {
        if (!Files.exists(path)) {
            throw new InvalidInputException(path + " does not exist");
        }
        if (!Files.isReadable(path)) {
            throw new InvalidInputException(path + " cannot be read: no permission");
        }
        List<PluginInfo<ImageSetProvider>> all = plugins.all(PluginKind.IMAGE_SET);
        record Match(PluginInfo<ImageSetProvider> info, int sure) {}
        return all.stream()
                .map(info -> new Match(info, info.plugin().match(path)))
                .filter(match -> match.sure() > 0)
                .max(Comparator.comparingInt(Match::sure))
                .orElseThrow(() -> new InvalidInputException(path + " holds no images that can be read here; what can: "
                        + String.join(
                                "; ", all.stream().map(PluginInfo::description).toList())))
                .info()
                .plugin()
                .open(path, part, note);
    }

    @Override
    public ConformanceReport verify(
            Path set, PluginChoice backend, Consumer<TensorCheck> onCheck, Cancellation cancellation) {
        Conformance.requireSet(set);
        try (SwitchableGenerator generator = opened(model(set), backend)) {
            Conformance.Lender lender = work -> generator.onBackend(loaded -> {
                work.accept(loaded);
                return loaded;
            });
            return Conformance.run(set, this, generator, lender, onCheck, cancellation);
        }
    }

    @Override
    public List<PromiseCheck> verify(
            PluginKind<?> kind,
            PluginChoice plugin,
            Optional<Path> model,
            Consumer<PromiseCheck> onCheck,
            Cancellation cancellation) {
        Promises promises = new Promises(onCheck, cancellation);
        if (kind == PluginKind.SAMPLER) {
            PluginInfo<TokenSamplerProvider> info = plugins.get(PluginKind.SAMPLER, plugin.id());
            SamplerPromises.check(info.plugin(), info.values(plugin.values()), promises);
        } else if (kind == PluginKind.GUIDANCE) {
            PluginInfo<GuidanceProvider> info = plugins.get(PluginKind.GUIDANCE, plugin.id());
            GuidancePromises.check(info.plugin(), info.values(plugin.values()), promises);
        } else if (kind == PluginKind.TOKENIZER) {
            checkTokenizer(plugin, model, promises);
        } else {
            throw new InvalidInputException("what a " + kind + " promises cannot be checked this way; a sampler, a"
                    + " guidance or a tokenizer can");
        }
        return promises.checks();
    }

    private void checkTokenizer(PluginChoice plugin, Optional<Path> folder, Promises promises) {
        String id = plugins.get(PluginKind.TOKENIZER, plugin.id()).id();
        Path path =
                folder.orElseThrow(() -> new InvalidInputException("a tokenizer is checked with a model of its type"));
        Model model = model(path);
        String type = model.spec().tokenizer().type();
        if (!type.equals(id)) {
            model.close();
            throw new InvalidInputException(
                    "the tokenizer of " + path + " is of type " + type + ", which " + id + " does not make");
        }
        if (!plugin.values().isEmpty()) {
            model.close();
            throw new InvalidInputException("what a tokenizer is told stands in its model's model.json");
        }
        try (SwitchableGenerator generator = opened(model, PluginChoice.of(BEST_BACKEND))) {
            TokenizerPromises.check(generator.tokenizer(), model.spec(), promises);
        }
    }

    @Override
    public void addListener(EngineListener listener) {
        parts().changes().add(listener);
    }

    @Override
    public void removeListener(EngineListener listener) {
        parts().changes().remove(listener);
    }

    /** Takes every open model off a backend that goes away; returns when all its memory is back. */
    void leave(PluginInfo<BackendProvider> backend) {
        parts().generators().leave(backend);
    }

    @Override
    public void close() {
        parts().generators().closeAll();
    }
}
