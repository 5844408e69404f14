package org.nextscale.api.tokenizer;

import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.WeightSource;
import org.osgi.annotation.versioning.ConsumerType;

/** Makes tokenizers; registered as an OSGi service and in {@code META-INF/services}. Thread-safe. */
@ConsumerType
public interface VisualTokenizerFactory {

    /** Unique short id: {@code multi-scale-vq}. */
    String id();

    /**
     * A tokenizer around a loaded network. Codebook and Phi convolutions are read from {@code weights} during the call; the
     * network stays the caller's to close.
     */
    VisualTokenizer create(TokenizerNetwork network, WeightSource weights);
}
