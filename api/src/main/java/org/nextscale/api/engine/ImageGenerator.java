package org.nextscale.api.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model on a backend, ready to make images.
 *
 * <pre>{@code
 * try (ImageGenerator generator = Nextscale.open(Path.of("models/fashion-32"))) {
 *     generator.generate(GenerationRequest.of(9)).get(0).save(Path.of("boot.png"));
 * }
 * }</pre>
 *
 * <p>Thread-safe: requests of several threads run one after the other or side by side, as the backend can. When the backend
 * goes away (its bundle is stopped or updated), batches under way are made again with the same draws on the next that can serve,
 * and {@link EngineListener}s are told; if none comes within a few seconds, requests fail. Closing it waits for
 * requests under way, which end with a {@link java.util.concurrent.CancellationException} within one scale, and returns all
 * memory.
 */
@ProviderType
public interface ImageGenerator extends AutoCloseable {
    /** What it runs: architecture, class names, weights. */
    Model model();

    /** What it runs on at the moment. */
    BackendStatus backend();

    /**
     * What its backend wants to be known and why better backends were passed over when this one was taken, a line each; usually
     * empty.
     */
    List<String> notices();

    /**
     * Moves the model to another backend. Batches under way finish where they are, the next ones run on the new backend;
     * returns when the old one's memory is back. If the new one does not open, everything stays as it is.
     *
     * @throws org.nextscale.api.InvalidInputException for an unknown backend or option
     * @throws org.nextscale.api.BackendException if it cannot run here
     * @throws IllegalStateException from within a request of this model
     */
    void switchBackend(PluginChoice backend);

    /** Images to tokens and back, with this model's tokenizer on this backend. */
    VisualTokenizer tokenizer();

    /**
     * Makes images, batch by batch in the request's order.
     *
     * @param images receives every image as soon as its batch is decoded
     * @param listener is told of every scale
     * @param cancellation looked at before every scale
     * @throws org.nextscale.api.InvalidInputException for classes, ids or parameters that do not exist, before any work
     * @throws java.util.concurrent.CancellationException when {@code cancellation} asked for it, within one scale
     * @throws org.nextscale.api.BackendException if the backend fails, or goes away and none takes over
     * @throws org.nextscale.api.PluginException if a sampler, a guidance or a tokenizer fails
     */
    void generate(
            GenerationRequest request,
            Consumer<GeneratedImage> images,
            GenerationListener listener,
            Cancellation cancellation);

    /** Makes images and returns them all. */
    default List<GeneratedImage> generate(GenerationRequest request) {
        List<GeneratedImage> images = new ArrayList<>();
        generate(request, images::add, GenerationListener.NONE, Cancellation.NEVER);
        return images;
    }

    @Override
    void close();
}
