package org.nextscale.engine.internal;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TokenizerNetwork;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.model.ModelPackage;

/**
 * A model's networks on one backend. Whoever computes holds a lease; the backend is closed when the last lease has ended,
 * which {@link #retire} hastens and {@link #drain} waits for.
 */
public final class Deployment {
    private final BackendSelection.Selected selected;
    private final Backend backend;
    private final ScaleTransformer transformer;
    private final VisualTokenizer tokenizer;
    private final Optional<DeviceLoop> deviceLoop;
    private final BackendStatus status;
    private final List<String> notices;
    private final ReentrantReadWriteLock leases = new ReentrantReadWriteLock();
    /** Why nothing new may start here; {@code null} while it serves. */
    private volatile RuntimeException ended;
    /** Whether what runs is to stop before its next scale. */
    private volatile boolean hurried;

    /** The backend of a deployment went away; another may serve. */
    static final class RetiredException extends BackendException {
        private static final long serialVersionUID = 1L;

        RetiredException(String message) {
            super(message);
        }
    }

    private Deployment(
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
        BackendStatus found = selected.status();
        Availability availability = found.availability();
        status = new BackendStatus(
                found.id(),
                found.label(),
                found.version(),
                new Availability(availability.score(), backend.device(), availability.reason(), availability.need()),
                found.parameters());
        notices = backend.notices().stream()
                .map(notice -> "backend " + found.id() + ": " + notice)
                .toList();
    }

    /** Opens the backend and loads both networks, and its own scale loop where it has one; nothing stays behind if that fails. */
    static Deployment open(ModelPackage model, BackendSelection.Selected selected, Plugins plugins) {
        Backend backend = selected.provider().open(selected.options());
        try {
            ScaleTransformer transformer = backend.transformer(model.spec().transformer(), model.transformerWeights());
            TokenizerNetwork network = backend.tokenizerNetwork(model.spec().tokenizer(), model.tokenizerWeights());
            VisualTokenizer tokenizer =
                    plugins.tokenizers().get("multi-scale-vq").create(network, model.tokenizerWeights());
            Optional<DeviceLoop> loop =
                    tokenizer.quantiser().flatMap(tables -> backend.deviceLoop(transformer, network, tables));
            return new Deployment(selected, backend, transformer, tokenizer, loop);
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
    Optional<DeviceLoop> deviceLoop(Arithmetic sampler, Arithmetic guidance) {
        return deviceLoop.filter(loop -> loop.supports(sampler, guidance));
    }

    /** What its backend says of itself, a line each. */
    List<String> notices() {
        return notices;
    }

    BackendStatus status() {
        return status;
    }

    /** The backend as it was chosen, with its options: what {@link org.nextscale.engine.BackendChoice#parse} takes. */
    String choice() {
        String options = selected.options().toString();
        return status.id() + (options.isEmpty() ? "" : ":" + options);
    }

    boolean runsOn(BackendProvider provider) {
        return selected.provider() == provider;
    }

    /**
     * Runs something on the backend, which is not closed meanwhile.
     *
     * @throws RetiredException if the backend has gone away
     */
    <T> T leased(Supplier<T> work) {
        leases.readLock().lock();
        try {
            if (ended != null) {
                throw ended;
            }
            return work.get();
        } finally {
            leases.readLock().unlock();
        }
    }

    /** Called by whoever holds a lease, before every scale. */
    void throwIfHurried() {
        if (hurried) {
            throw ended;
        }
    }

    /** Ends it: what runs stops before its next scale with this exception. Returns when the memory is back. */
    void retire(RuntimeException reason) {
        requireNoLeaseOfMine();
        ended = reason;
        hurried = true;
        closeAfterLastLease();
    }

    /** Ends it after what runs has finished. Returns when the memory is back. */
    void drain() {
        requireNoLeaseOfMine();
        ended = new RetiredException("backend " + status.id() + " was replaced");
        closeAfterLastLease();
    }

    private void closeAfterLastLease() {
        leases.writeLock().lock();
        try {
            backend.close();
        } finally {
            leases.writeLock().unlock();
        }
    }

    private void requireNoLeaseOfMine() {
        if (leases.getReadHoldCount() > 0) {
            throw new IllegalStateException("a model cannot be closed or moved from within its own request");
        }
    }
}
