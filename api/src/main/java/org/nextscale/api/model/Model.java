package org.nextscale.api.model;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;

/**
 * A model, open on disk: its architecture, its class names and its weights, none of which are read yet. Thread-safe; its
 * weights must not be used after {@link #close}.
 */
@ProviderType
public interface Model extends AutoCloseable {
    /** The folder (or single file) it was opened from. */
    Path location();

    /** What the model is called: as its package says, else like its folder. */
    String name();

    ModelSpec spec();

    /** One name a class; ImageNet's where a model of 1000 classes brings none. */
    ClassNames classNames();

    /** SHA-256 in hexadecimal that stands for architecture and weights. */
    String fingerprint();

    /** The tokenizer's tensors, named as in the reference implementation. Checkpoints may hold buffers beside them. */
    WeightSource tokenizerWeights();

    /** The transformer's tensors, named as in the reference implementation. Checkpoints may hold buffers beside them. */
    WeightSource transformerWeights();

    @Override
    void close();
}
