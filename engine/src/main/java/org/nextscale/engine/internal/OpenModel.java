package org.nextscale.engine.internal;

import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.Backend;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/**
 * A model with its backend. Whoever computes holds a lease; closing first tells the holders to stop, which they notice
 * before their next scale, then waits for the last of them, then returns the memory.
 */
public final class OpenModel implements Nextscale {
    private final ModelPackage model;
    private final BackendSelection.Selected selected;
    private final Backend backend;
    private final ScaleTransformer transformer;
    private final VisualTokenizer tokenizer;
    private final Plugins plugins;
    private final Consumer<OpenModel> onClose;
    private final BackendStatus status;
    private final ReentrantReadWriteLock leases = new ReentrantReadWriteLock();
    /** Why it is closing, {@code ""} when its owner simply closed it; {@code null} while open. */
    private volatile String closing;

    OpenModel(
            ModelPackage model,
            BackendSelection.Selected selected,
            Backend backend,
            ScaleTransformer transformer,
            VisualTokenizer tokenizer,
            Plugins plugins,
            Consumer<OpenModel> onClose) {
        this.model = model;
        this.selected = selected;
        this.backend = backend;
        this.transformer = transformer;
        this.tokenizer = new LeasedTokenizer(tokenizer, this);
        this.plugins = plugins;
        this.onClose = onClose;
        BackendStatus found = selected.status();
        status = new BackendStatus(
                found.id(),
                found.label(),
                new Availability(
                        found.availability().score(),
                        backend.device(),
                        found.availability().reason()),
                found.parameters());
    }

    @Override
    public ModelPackage model() {
        return model;
    }

    @Override
    public BackendStatus backend() {
        return status;
    }

    @Override
    public VisualTokenizer tokenizer() {
        return tokenizer;
    }

    /** The transformer, for callers within {@link #leased}. */
    public ScaleTransformer transformer() {
        return transformer;
    }

    @Override
    public void generate(
            GenerationRequest request,
            Consumer<GeneratedImage> sink,
            ProgressListener progress,
            CancellationToken cancellation) {
        GenerationJob job = GenerationJob.prepare(request, this, plugins);
        leased(() -> {
            job.run(sink, progress, () -> {
                cancellation.throwIfCancelled();
                throwIfClosing();
            });
            return null;
        });
    }

    /** Runs something that needs the backend, which is not closed meanwhile. */
    public <T> T leased(Supplier<T> work) {
        leases.readLock().lock();
        try {
            throwIfClosing();
            return work.get();
        } finally {
            leases.readLock().unlock();
        }
    }

    private void throwIfClosing() {
        String reason = closing;
        if (reason == null) {
            return;
        }
        if (reason.isEmpty()) {
            throw new CancellationException("the model was closed");
        }
        throw new BackendException(reason);
    }

    /** The backend as it was chosen, with its options: what {@link org.nextscale.engine.BackendChoice#parse} takes. */
    String backendChoice() {
        String options = selected.options().toString();
        return status.id() + (options.isEmpty() ? "" : ":" + options);
    }

    boolean runsOn(BackendProvider provider) {
        return selected.provider() == provider;
    }

    @Override
    public void close() {
        closeBecause("");
    }

    /** Closes it; whoever uses it gets a {@link BackendException} with this reason. */
    void closeBecause(String reason) {
        if (leases.getReadHoldCount() > 0) {
            throw new IllegalStateException("a model cannot be closed from within its own request");
        }
        synchronized (this) {
            if (closing != null) {
                return;
            }
            closing = reason;
        }
        leases.writeLock().lock();
        try {
            backend.close();
            model.close();
        } finally {
            leases.writeLock().unlock();
            onClose.accept(this);
        }
    }
}
