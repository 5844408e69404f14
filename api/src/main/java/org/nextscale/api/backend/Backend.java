package org.nextscale.api.backend;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * An opened compute engine: makes networks out of weights. Thread-safe.
 *
 * <p>The engine holds a hand over everything a backend makes: it passes on nothing that contradicts a network's shape, makes no
 * call after a close, closes everything once, what was made before what made it, and nothing that still computes. A backend need not
 * check any of that.
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
     * @param weights named as in the reference implementation's state dict; checked during the call; read then or when they are
     *     needed first, so that the caller keeps the source open as long as the network
     * @throws org.nextscale.api.InvalidInputException if a tensor is missing or of another shape, naming it
     * @throws org.nextscale.api.BackendException if the engine fails, for want of memory for instance; nothing stays behind
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
     * @param tables of the quantizer around the network; read during the call
     * @throws org.nextscale.api.BackendException if the device fails, for want of memory for instance; nothing stays behind
     */
    default Optional<DeviceLoop> deviceLoop(
            ScaleTransformer transformer, TokenizerNetwork network, QuantizerTables tables) {
        return Optional.empty();
    }

    /** Returns all memory. */
    @Override
    void close();
}
