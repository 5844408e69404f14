package org.nextscale.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.model.ModelPackage;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model on a backend, ready to make images.
 *
 * <pre>{@code
 * try (Nextscale nextscale = Nextscale.builder().model(Path.of("models/fashion-32")).build()) {
 *     GeneratedImage boot = nextscale.generate(GenerationRequest.of(9)).get(0);
 * }
 * }</pre>
 *
 * <p>Thread-safe: requests of several threads run one after the other or side by side, as the backend can. When the backend
 * goes away (its bundle is stopped or updated), batches under way are made again with the same draws on the next that can
 * serve; if none comes within a few seconds, requests fail. Closing it waits for requests under way, which end with a
 * {@link java.util.concurrent.CancellationException} within one scale, and returns all memory.
 */
@ProviderType
public interface Nextscale extends AutoCloseable {

    /** Starts with what the plain classpath has. */
    static NextscaleBuilder builder() {
        return new NextscaleBuilder();
    }

    /** What it runs: architecture, class names, provenance. */
    ModelPackage model();

    /** What it runs on at the moment. */
    BackendStatus backend();

    /** Why better backends were passed over when this one was taken, a line each; usually empty. */
    List<String> fallbacks();

    /** What its backend wants to be known, a line each: why it computes on a slower device, for instance; usually empty. */
    List<String> notices();

    /**
     * Moves the model to another backend. Batches under way finish where they are, the next ones run on the new backend;
     * returns when the old one's memory is back. If the new one does not open, everything stays as it is.
     *
     * @throws org.nextscale.api.InvalidInputException for an unknown backend or option
     * @throws org.nextscale.api.backend.BackendException if it cannot run here
     * @throws IllegalStateException from within a request of this model
     */
    void switchBackend(BackendChoice backend);

    /** Images to tokens and back, with this model's tokenizer on this backend. */
    VisualTokenizer tokenizer();

    /**
     * Makes images, batch by batch in the request's order.
     *
     * @param sink receives every image as soon as its batch is decoded
     * @throws org.nextscale.api.InvalidInputException for labels, ids or parameters that do not exist, before any work
     * @throws java.util.concurrent.CancellationException when {@code cancellation} asked for it, within one scale
     * @throws org.nextscale.api.backend.BackendException if the backend fails, or goes away and none takes over
     */
    void generate(
            GenerationRequest request,
            Consumer<GeneratedImage> sink,
            ProgressListener progress,
            CancellationToken cancellation);

    /** Makes images and returns them all. */
    default List<GeneratedImage> generate(GenerationRequest request) {
        List<GeneratedImage> images = new ArrayList<>();
        generate(request, images::add, ProgressListener.NONE, new CancellationToken());
        return images;
    }

    @Override
    void close();
}
