package org.nextscale.api.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.verify.PromiseCheck;
import org.nextscale.api.verify.TensorCheck;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Everything that was plugged in, and where programs start: what opens models and puts them on backends. In an OSGi container it
 * is a service and follows bundles as they come and go; on the plain class path {@link Nextscale#engine()} finds the same with
 * {@link java.util.ServiceLoader}. Thread-safe.
 */
@ProviderType
public interface Engine extends AutoCloseable {
    /** The id that stands for the best backend there is. */
    String BEST_BACKEND = "auto";

    /** The plugins of a kind, by id. */
    <P extends Plugin> List<PluginInfo<P>> plugins(PluginKind<P> kind);

    /** The plugin of this id, if it is there. */
    default <P extends Plugin> Optional<PluginInfo<P>> find(PluginKind<P> kind, String id) {
        return plugins(kind).stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /** The plugin of this id; an {@link org.nextscale.api.InvalidInputException} lists what there is otherwise. */
    <P extends Plugin> PluginInfo<P> plugin(PluginKind<P> kind, String id);

    /** What wanted to be a plugin and is none, and why. */
    List<RefusedPlugin> refusedPlugins();

    /** The backends found, the best for this machine first. Loads no native library. */
    default List<BackendStatus> backends() {
        return backends(PluginChoice.of(BEST_BACKEND), Optional.empty());
    }

    /**
     * The backends found, the best for a model first. Loads no native library, and nothing of the model.
     *
     * @param choice whose options count: for the backend it names, or for all if it is {@link #BEST_BACKEND}; one that does not
     *     take them is not available
     * @param model what would run, which has to fit into memory; empty for any
     */
    List<BackendStatus> backends(PluginChoice choice, Optional<ModelSpec> model);

    /**
     * Opens a model's files, without putting it anywhere.
     *
     * @param path a model package; or a folder or file of PyTorch checkpoints
     * @return the caller closes it, or passes it on to {@link #open(Model, PluginChoice)}
     * @throws org.nextscale.api.InvalidInputException if it is no model, or not whole
     */
    Model model(Path path);

    /**
     * Puts a model on a backend.
     *
     * @param model whose closing passes to the result, also when opening fails
     * @param backend one by id with options, or {@link #BEST_BACKEND} with options that it must take
     * @throws org.nextscale.api.InvalidInputException for an unknown backend, tokenizer or option, or a model that is not whole
     * @throws org.nextscale.api.BackendException if the backend cannot run here, or the model does not fit
     */
    ImageGenerator open(Model model, PluginChoice backend);

    /** Opens a model on the best backend for it. Exceptions as for {@link #model} and {@link #open(Model, PluginChoice)}. */
    default ImageGenerator open(Path model) {
        return open(model(model), PluginChoice.of(BEST_BACKEND));
    }

    /**
     * Opens a set of images with whatever plugin is surest of it.
     *
     * @param note is told of images that are left out, a line each, on whatever thread reads them
     * @return empty if the set has no such part
     * @throws org.nextscale.api.InvalidInputException if there are no images there that anybody reads
     */
    Optional<ImageSet> images(Path path, ImagePart part, Consumer<String> note);

    /**
     * Compares a backend with the reference implementation, tensor by tensor: every stage of the model, and the steps of training
     * where the set has them and training is plugged in. Tokens must be the same; everything else may differ by what builds of the
     * reference differ among each other.
     *
     * @param set a folder with a model and with {@code expected.safetensors}
     * @param backend one by id with options, or {@link #BEST_BACKEND}
     * @param onCheck is told of every tensor as soon as it has been compared, on this thread
     * @param cancellation looked at after every tensor
     * @throws org.nextscale.api.InvalidInputException if the folder is not such a set
     */
    ConformanceReport verify(Path set, PluginChoice backend, Consumer<TensorCheck> onCheck, Cancellation cancellation);

    /**
     * Checks a sampler, a guidance or a tokenizer against the promises of its interface, as far as they can be seen from outside:
     * shapes and ranges, that equal arguments give equal results, in any order and on many threads.
     *
     * @param kind one of these three
     * @param plugin by id, and what it is told; a tokenizer is told what its model says
     * @param model for a tokenizer, whose type it must be; otherwise empty
     * @param onCheck is told of every promise as soon as it has been checked, on this thread
     * @param cancellation looked at before every promise
     * @return all of them, in that order
     * @throws org.nextscale.api.InvalidInputException for another kind, an unknown plugin or parameter, or a model that does not go
     *     with it
     */
    List<PromiseCheck> verify(
            PluginKind<?> kind,
            PluginChoice plugin,
            Optional<Path> model,
            Consumer<PromiseCheck> onCheck,
            Cancellation cancellation);

    /** From now on tells somebody what happens to open models. */
    void addListener(EngineListener listener);

    void removeListener(EngineListener listener);

    /** Closes every model that is still open. In a container that is the container's business. */
    @Override
    void close();
}
