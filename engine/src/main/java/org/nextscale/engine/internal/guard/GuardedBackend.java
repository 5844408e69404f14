package org.nextscale.engine.internal.guard;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;

/** A backend that the contract's other half is kept for: see {@link Backend}. */
final class GuardedBackend implements Backend {
    private final BackendCalls calls;
    private final Backend backend;
    private final Set<String> transformerTypes;

    GuardedBackend(BackendCalls calls, Backend backend, Set<String> transformerTypes) {
        this.calls = calls;
        this.backend = backend;
        this.transformerTypes = transformerTypes;
    }

    @Override
    public String device() {
        return calls.call("device", backend::device);
    }

    @Override
    public List<String> notices() {
        return calls.call("notices", backend::notices);
    }

    @Override
    public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
        if (!transformerTypes.contains(spec.type())) {
            throw new BackendException(calls.who() + " cannot compute transformers of type " + spec.type() + ", only "
                    + String.join(", ", transformerTypes));
        }
        ScaleTransformer made = calls.call("transformer", () -> backend.transformer(spec, weights));
        return new GuardedTransformer(calls.of(made::close), spec, made);
    }

    @Override
    public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
        TokenizerNetwork made = calls.call("tokenizer network", () -> backend.tokenizerNetwork(spec, weights));
        return new GuardedNetwork(calls.of(made::close), spec, made);
    }

    @Override
    public Optional<DeviceLoop> deviceLoop(
            ScaleTransformer transformer, TokenizerNetwork network, QuantizerTables tables) {
        ScaleTransformer bareTransformer = ((GuardedTransformer) transformer).bare();
        TokenizerNetwork bareNetwork = ((GuardedNetwork) network).bare();
        return calls.call("device loop", () -> backend.deviceLoop(bareTransformer, bareNetwork, tables))
                .map(made -> new GuardedDeviceLoop(calls.of(made::close), transformer.spec(), made));
    }

    @Override
    public void close() {
        calls.close();
    }
}
