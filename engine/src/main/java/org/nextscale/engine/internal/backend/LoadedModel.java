package org.nextscale.engine.internal.backend;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Model;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/**
 * A model's networks on one backend. Whoever computes holds a lease; the backend is closed when the last lease has ended,
 * which {@link #retire} hastens and {@link #drain} waits for.
 */
public final class LoadedModel {
    private final BackendSelection.Selected selected;
    private final Backend backend;
    private final ScaleTransformer transformer;
    private final VisualTokenizer tokenizer;
    private final Optional<DeviceLoop> deviceLoop;
    private final BackendStatus status;
    private final List<String> notices;
    private final ReentrantReadWriteLock leases = new ReentrantReadWriteLock();
    /** Why nothing new may start here; {@code null} while it serves. */
    private volatile Supplier<RuntimeException> ended;
    /** Whether what runs is to stop before its next scale. */
    private volatile boolean hurried;

    /** The backend went away; another may serve. */
    public static final class RetiredException extends BackendException {
        private static final long serialVersionUID = 1L;

        RetiredException(String message) {
            super(message);
        }
    }

    /** What a backend says now that it is open. */
    private record OpenStatus(PluginInfo<BackendProvider> info, Availability availability) implements BackendStatus {}

    private LoadedModel(
            BackendSelection.Selected selected,
            Backend backend,
            ScaleTransformer transformer,
            VisualTokenizer tokenizer,
            Optional<DeviceLoop> deviceLoop) {
        this.selected = selected;
        this.backend = backend;
        this.transformer = transformer;
        this.tokenizer = tokenizer;
        this.deviceLoop = deviceLoop;
        status = new OpenStatus(selected.info(), selected.availability().on(backend.device()));
        notices = backend.notices().stream()
                .map(notice -> selected.info().label() + ": " + notice)
                .toList();
    }

    /** Opens the backend and loads both networks, and its own scale loop where it has one; nothing stays behind if that fails. */
    static LoadedModel open(Model model, BackendSelection.Selected selected, PluginRegistry plugins) {
        TokenizerSpec tokenizerSpec = model.spec().tokenizer();
        PluginInfo<VisualTokenizerProvider> tokenizers = plugins.get(PluginKind.TOKENIZER, tokenizerSpec.type());
        Backend backend = selected.info().plugin().open(selected.options());
        try {
            ScaleTransformer transformer = backend.transformer(model.spec().transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(tokenizerSpec, model.tokenizerWeights());
            VisualTokenizer tokenizer = tokenizers
                    .plugin()
                    .create(network, model.tokenizerWeights(), tokenizers.values(tokenizerSpec.parameters()));
            Optional<DeviceLoop> loop =
                    tokenizer.quantizerTables().flatMap(tables -> backend.deviceLoop(transformer, network, tables));
            return new LoadedModel(selected, backend, transformer, tokenizer, loop);
        } catch (RuntimeException | Error e) {
            backend.close();
            throw e;
        }
    }

    public ScaleTransformer transformer() {
        return transformer;
    }

    public VisualTokenizer tokenizer() {
        return tokenizer;
    }

    /** The backend's own scale loop, if it has one that can do both. */
    public Optional<DeviceLoop> deviceLoop(ExactAlgorithm sampler, ExactAlgorithm guidance) {
        return deviceLoop.filter(loop -> loop.supports(sampler, guidance));
    }

    /** What its backend says of itself, a line each. */
    public List<String> notices() {
        return notices;
    }

    public BackendStatus status() {
        return status;
    }

    /** The backend as it was chosen, with all its options: what {@link org.nextscale.api.plugin.PluginChoice#parse} takes. */
    public String choice() {
        String options = selected.options().toString();
        return status.id() + (options.isEmpty() ? "" : ":" + options);
    }

    /** Whether it runs on this plugin. */
    public boolean runsOn(PluginInfo<BackendProvider> info) {
        return selected.info().equals(info);
    }

    /**
     * Runs something on the backend, which is not closed meanwhile.
     *
     * @throws RetiredException if the backend has gone away
     */
    public <T> T leased(Supplier<T> work) {
        leases.readLock().lock();
        try {
            if (ended != null) {
                throw ended.get();
            }
            return work.get();
        } finally {
            leases.readLock().unlock();
        }
    }

    /** For whoever holds a lease: stops him when he was told to, or when the backend is to go. */
    public Cancellation cancellation(Cancellation asked) {
        return new LeaseCancellation(asked);
    }

    private final class LeaseCancellation implements Cancellation {
        private final Cancellation asked;

        LeaseCancellation(Cancellation asked) {
            this.asked = asked;
        }

        @Override
        public boolean isCancelled() {
            return hurried || asked.isCancelled();
        }

        @Override
        public void throwIfCancelled() {
            asked.throwIfCancelled();
            if (hurried) {
                throw ended.get();
            }
        }
    }

    /** Ends it because its backend goes: what runs stops before its next scale. Returns when the memory is back. */
    public void retire() {
        end(() -> new RetiredException(selected.info().label() + " was stopped"), true);
    }

    /** Ends it because its model is closed: what runs stops before its next scale. Returns when the memory is back. */
    public void cancel() {
        end(() -> new CancellationException("the model was closed"), true);
    }

    /** Ends it after what runs has finished. Returns when the memory is back. */
    public void drain() {
        end(() -> new RetiredException(selected.info().label() + " was replaced"), false);
    }

    private void end(Supplier<RuntimeException> reason, boolean atOnce) {
        requireNoLeaseOfMine();
        ended = reason;
        hurried |= atOnce;
        leases.writeLock().lock();
        try {
            backend.close();
        } finally {
            leases.writeLock().unlock();
        }
    }

    /** @throws IllegalStateException from within work on it */
    public void requireNoLeaseOfMine() {
        if (leases.getReadHoldCount() > 0) {
            throw new IllegalStateException("a model cannot be closed or moved from within its own request");
        }
    }
}
