package org.nextscale.backend.nd4j.internal;

import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.nd4j.internal.compute.NativeLibrary;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.nd4j.internal.tokenizer.Nd4jTokenizerNetwork;
import org.nextscale.backend.nd4j.internal.transformer.Nd4jScaleTransformer;
import org.nextscale.backend.support.TokenizerTensors;

/**
 * An opened backend: a team of threads and the networks that share it. Calls from several threads take turns, since one
 * computation already uses all threads.
 */
final class Nd4jBackend implements Backend {
    private final String device;
    private final Workers workers;

    Nd4jBackend(NativeLibrary library, String device, int threads) {
        this.device = device;
        workers = new Workers(library, threads);
    }

    @Override
    public String device() {
        return device;
    }

    @Override
    public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        return new Nd4jScaleTransformer(spec, weights, workers);
    }

    @Override
    public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        TokenizerTensors.requireNetworks(spec, weights);
        return new Nd4jTokenizerNetwork(spec, weights, workers);
    }

    @Override
    public void close() {
        workers.close();
    }
}
