package org.nextscale.api.tokenizer;

import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Makes tokenizers of one type. A model names the type of its tokenizer in its {@code model.json}
 * ({@link org.nextscale.api.model.TokenizerSpec#type}) together with what it is told; a folder of checkpoints names it in its
 * {@code config.json}: {@code "tokenizer_type": ID, "tokenizer_parameters": {NAME: VALUE}}. Thread-safe.
 */
@ConsumerType
public interface VisualTokenizerProvider extends Plugin {
    /**
     * A tokenizer around a loaded network. What lies between encoder and decoder (for {@code multi-scale-vq} codebook and Phi
     * convolutions) is read from {@code weights} during the call; the network stays the caller's to close.
     *
     * @param weights the tokenizer's, the network's too; tensors that only this type has are read by names of its own
     * @param values a value for every one of {@link #parameters()}
     * @throws org.nextscale.api.InvalidInputException if a tensor is missing or of another shape, naming it, or if the
     *     model's shape does not suit this type
     */
    VisualTokenizer create(TokenizerNetwork network, WeightSource weights, ParameterValues values);
}
