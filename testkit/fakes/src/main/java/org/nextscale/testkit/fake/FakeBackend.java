package org.nextscale.testkit.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;

/**
 * A backend for any model whose networks are cheap stand-ins and read no weights: {@link FakeTransformer},
 * {@link FakeTokenizerNetwork}. It counts what is open, so that tests see leaks, and fails or interferes where it is told to.
 * Thread-safe once it is set up.
 */
public class FakeBackend implements BackendProvider {
    private final String id;
    private final List<Parameter> parameters = new ArrayList<>();
    private final AtomicInteger openBackends = new AtomicInteger();
    private final AtomicInteger openedBackends = new AtomicInteger();
    private final FakeTransformer.Hooks hooks = new FakeTransformer.Hooks();

    private volatile Function<ProbeRequest, Availability> probe;
    private volatile BiFunction<ScaleTransformer, QuantizerTables, Optional<DeviceLoop>> deviceLoop =
            (transformer, tables) -> Optional.empty();
    private volatile Optional<String> failure = Optional.empty();
    private volatile Runnable whileOpening = () -> {};

    private FakeBackend(String id) {
        this.id = Objects.requireNonNull(id);
    }

    /**
     * One that can run anything.
     *
     * @param score of its probe, above 0
     */
    public FakeBackend(String id, int score) {
        this(id);
        probe = request -> Availability.available(score, "nowhere", "it is a fake");
    }

    /** What it says to a probe from now on. */
    public FakeBackend probed(Function<ProbeRequest, Availability> answer) {
        probe = answer;
        return this;
    }

    /** With an option more; to be said before it is plugged in. */
    public FakeBackend with(Parameter parameter) {
        parameters.add(parameter);
        return this;
    }

    /** With a scale loop of its own from now on. */
    public FakeBackend withDeviceLoop(BiFunction<ScaleTransformer, QuantizerTables, Optional<DeviceLoop>> factory) {
        deviceLoop = factory;
        return this;
    }

    /** Fails to open from now on, with this message. */
    public FakeBackend failing(String message) {
        failure = Optional.of(message);
        return this;
    }

    /** Runs this while it is being opened. */
    public FakeBackend whileOpening(Runnable action) {
        whileOpening = action;
        return this;
    }

    /** Runs this at every scale of every session, before its logits are computed. */
    public FakeBackend atEveryScale(Runnable action) {
        hooks.atEveryScale = action;
        return this;
    }

    /** Says something else than its transformers do from now on. */
    public FakeBackend withLogits(UnaryOperator<Logits> instead) {
        hooks.logits = instead;
        return this;
    }

    /** Backends opened and not closed. */
    public int openBackends() {
        return openBackends.get();
    }

    /** Backends opened so far. */
    public int openedBackends() {
        return openedBackends.get();
    }

    /** Sessions begun and not closed. */
    public int openSessions() {
        return hooks.openSessions.get();
    }

    /** Scales so far whose unconditional half was computed. */
    public int unconditionalScales() {
        return hooks.unconditionalScales.get();
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String description() {
        return "noise for tests";
    }

    @Override
    public List<Parameter> parameters() {
        return List.copyOf(parameters);
    }

    @Override
    public Availability probe(ProbeRequest request) {
        return probe.apply(request);
    }

    @Override
    public Backend open(ParameterValues options) {
        failure.ifPresent(message -> {
            throw new BackendException(message);
        });
        whileOpening.run();
        openBackends.incrementAndGet();
        openedBackends.incrementAndGet();
        return new Opened();
    }

    private final class Opened implements Backend {
        private boolean closed;

        @Override
        public String device() {
            return "nowhere";
        }

        @Override
        public ScaleTransformer transformer(TransformerSpec spec, WeightSource weights) {
            return new FakeTransformer(spec, hooks);
        }

        @Override
        public TokenizerNetwork tokenizerNetwork(TokenizerSpec spec, WeightSource weights) {
            return new FakeTokenizerNetwork(spec);
        }

        @Override
        public Optional<DeviceLoop> deviceLoop(
                ScaleTransformer transformer, TokenizerNetwork network, QuantizerTables tables) {
            return deviceLoop.apply(transformer, tables);
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                openBackends.decrementAndGet();
            }
        }
    }
}
