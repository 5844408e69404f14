package org.nextscale.backend.onnx.internal;

import java.util.List;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.runtime.OpenResources;
import org.nextscale.backend.onnx.internal.runtime.Sessions;
import org.nextscale.backend.onnx.internal.tokenizer.OnnxTokenizerNetwork;
import org.nextscale.backend.onnx.internal.transformer.OnnxScaleTransformer;
import org.nextscale.backend.onnx.internal.transformer.Precision;

/** An opened backend: the sessions of the networks it has loaded. */
final class OnnxBackend implements Backend {
    private final String device;
    private final List<String> notices;
    private final Sessions sessions;
    private final Precision precision;
    private final OpenResources networks = new OpenResources();
    private boolean closed;

    /** @param notices what a person should know of the device */
    OnnxBackend(String device, List<String> notices, Sessions sessions, Precision precision) {
        this.device = device;
        this.notices = notices;
        this.sessions = sessions;
        this.precision = precision;
    }

    @Override
    public synchronized String device() {
        requireOpen();
        return device;
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    @Override
    public synchronized ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        requireOpen();
        return networks.add(new OnnxScaleTransformer(spec, weights, sessions, precision, networks));
    }

    @Override
    public synchronized TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        requireOpen();
        return networks.add(new OnnxTokenizerNetwork(spec, weights, sessions, precision == Precision.INT8, networks));
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("the backend is closed");
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            networks.closeAll();
        }
    }
}
