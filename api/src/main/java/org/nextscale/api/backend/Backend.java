package org.nextscale.api.backend;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.Quantiser;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An opened compute engine: makes networks out of weights and owns all that they hold. Thread-safe. Closing it closes
 * every network, loop and generation it opened and returns their native memory; it must not be closed while one computes.
 * Closing twice is harmless; anything else after closing throws {@link IllegalStateException}.
 */
@ConsumerType
public interface Backend extends AutoCloseable {

    /** What it computes on, in words, now that it is known: {@code "CPU, oneDNN AVX-512, 2 threads"}. */
    String device();

    /**
     * What a person should know about how it was opened, a line each: why it computes on the CPU though a GPU's libraries are
     * there, for instance. Usually empty.
     */
    default List<String> notices() {
        return List.of();
    }

    /**
     * Loads a transformer.
     *
     * @param weights checked during the call; read then or when they are needed first, so that the caller keeps the source
     *     open as long as the network
     * @throws org.nextscale.api.InvalidInputException if a tensor is missing or of another shape, naming it
     * @throws BackendException if the engine fails, for want of memory for instance; nothing stays behind
     */
    ScaleTransformer transformer(TransformerSpec spec, WeightSource weights);

    /** Loads the tokenizer's encoder and decoder; otherwise as {@link #transformer}. */
    TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights);

    /**
     * The whole scale loop on the device, where this backend has one; the engine then hands over whole batches. A backend that
     * offers it declares an option {@code loop} with the choices {@code device} and {@code host}, of which the latter makes it
     * offer none: that is how the two are compared.
     *
     * @param transformer made by this backend
     * @param network made by this backend
     * @param quantiser of the tokenizer around the network; read during the call
     * @throws BackendException if the device fails, for want of memory for instance; nothing stays behind
     */
    default Optional<DeviceLoop> deviceLoop(
            ScaleTransformer transformer, TokenizerNetwork network, Quantiser quantiser) {
        return Optional.empty();
    }

    @Override
    void close();
}
