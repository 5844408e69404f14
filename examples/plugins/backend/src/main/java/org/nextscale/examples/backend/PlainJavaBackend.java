package org.nextscale.examples.backend;

import java.util.function.Supplier;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;

/** Loads networks. Their arrays are returned by the garbage collector, so that there is nothing to close. */
final class PlainJavaBackend implements Backend {
    static final String DEVICE = "CPU, plain Java, " + Runtime.getRuntime().availableProcessors() + " threads";

    @Override
    public String device() {
        return DEVICE;
    }

    @Override
    public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        TransformerTensors.require(spec, weights);
        return inHeap(() -> new PlainTransformer(spec, weights));
    }

    @Override
    public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        TokenizerTensors.requireNetworks(spec, weights);
        return inHeap(() -> new PlainTokenizerNetwork(spec, weights));
    }

    /** What does not fit is the backend's failure, and need not end the program. */
    static <T> T inHeap(Supplier<T> maker) {
        try {
            return maker.get();
        } catch (OutOfMemoryError e) {
            throw new BackendException(
                    "Java's heap is full; give it more with -Xmx, or make fewer images at a time", e);
        }
    }

    @Override
    public void close() {
        // See above.
    }
}
