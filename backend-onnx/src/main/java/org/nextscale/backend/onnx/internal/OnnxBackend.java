package org.nextscale.backend.onnx.internal;

import java.util.List;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.onnx.internal.tokenizer.OnnxTokenizerNetwork;
import org.nextscale.backend.onnx.internal.transformer.OnnxScaleTransformer;
import org.nextscale.backend.onnx.internal.transformer.Precision;

/**
 * An opened backend: how the networks it loads make their sessions. It holds nothing itself.
 *
 * @param notices what a person should know of the device
 */
record OnnxBackend(String device, List<String> notices, Sessions sessions, Precision precision) implements Backend {
    @Override
    public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        return new OnnxScaleTransformer(spec, weights, sessions, precision);
    }

    @Override
    public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        return new OnnxTokenizerNetwork(spec, weights, sessions, precision == Precision.INT8);
    }

    @Override
    public void close() {
        // Networks own their sessions.
    }
}
