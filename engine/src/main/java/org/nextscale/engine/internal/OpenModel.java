package org.nextscale.engine.internal;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.generation.ProgressListener;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/**
 * A model that is always deployed on one backend, and can move. A batch runs from its first to its last scale on one
 * deployment; when that is taken away, the batch is made again on the next one, with the same draws.
 */
public final class OpenModel implements Nextscale {
    private static final long POLL_MILLIS = 25;

    private final ModelPackage model;
    private final Plugins plugins;
    private final Deployments deployments;
    /** How long a request waits for a backend to come back. */
    private final Duration grace;

    private final Consumer<OpenModel> onClose;
    private final VisualTokenizer tokenizer = new MovingTokenizer(this);
    private final Object moving = new Object();
    /** Held while a backend is opened for this model, and not while one is waited for. */
    private final Object opening = new Object();
    /** Deployments that are replaced and not closed yet. */
    private final Set<Deployment> draining = ConcurrentHashMap.newKeySet();

    /** What it was asked to run on. Guarded by {@link #moving}. */
    private BackendChoice choice;

    private volatile Deployment current;
    private volatile List<String> fallbacks;
    private volatile boolean closed;

    OpenModel(
            ModelPackage model,
            BackendChoice choice,
            Plugins plugins,
            Deployments deployments,
            Duration grace,
            Consumer<OpenModel> onClose) {
        this.model = model;
        this.choice = choice;
        this.plugins = plugins;
        this.deployments = deployments;
        this.grace = grace;
        this.onClose = onClose;
    }

    /** Puts it on its first backend: nothing else may be called before. */
    void open() {
        deploy(choice);
    }

    @Override
    public ModelPackage model() {
        return model;
    }

    @Override
    public BackendStatus backend() {
        return current.status();
    }

    @Override
    public List<String> fallbacks() {
        return fallbacks;
    }

    @Override
    public List<String> notices() {
        return current.notices();
    }

    @Override
    public VisualTokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public void generate(
            GenerationRequest request,
            Consumer<GeneratedImage> sink,
            ProgressListener progress,
            CancellationToken cancellation) {
        throwIfClosed();
        GenerationJob job = GenerationJob.prepare(request, this, plugins);
        for (GenerationJob.Batch batch : job.batches()) {
            onBackend(deployment -> job.run(batch, deployment, progress, () -> {
                        cancellation.throwIfCancelled();
                        deployment.throwIfHurried();
                    }))
                    .forEach(sink);
        }
    }

    /**
     * Runs something on the current deployment, and again on the next one if that is taken away meanwhile.
     *
     * @throws BackendException if no backend can serve
     */
    public <T> T onBackend(Function<Deployment, T> work) {
        while (true) {
            throwIfClosed();
            Deployment deployment = current;
            try {
                return deployment.leased(() -> work.apply(deployment));
            } catch (Deployment.RetiredException e) {
                replace(deployment, e);
            }
        }
    }

    @Override
    public void switchBackend(BackendChoice newChoice) {
        Deployment old = null;
        try {
            synchronized (moving) {
                throwIfClosed();
                old = current;
                draining.add(old);
                deploy(newChoice);
                choice = newChoice;
            }
            old.drain();
        } finally {
            if (old != null) {
                draining.remove(old);
            }
        }
    }

    /** Finds another deployment for one that was taken away, waiting a while for its backend to come back. */
    private void replace(Deployment gone, BackendException reason) {
        synchronized (moving) {
            long deadline = System.nanoTime() + grace.toNanos();
            while (current == gone) {
                throwIfClosed();
                try {
                    deploy(choice);
                } catch (RuntimeException e) {
                    if (System.nanoTime() > deadline) {
                        throw new BackendException(reason.getMessage(), e);
                    }
                    pause();
                }
            }
        }
    }

    private void deploy(BackendChoice wanted) {
        synchronized (opening) {
            Deployments.Result result = deployments.deploy(model, wanted);
            current = result.deployment();
            fallbacks = result.fallbacks();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for a backend");
        }
    }

    private void throwIfClosed() {
        if (closed) {
            throw new CancellationException("the model was closed");
        }
    }

    /**
     * Takes the model off a backend that goes away and can no longer be found. Returns when nothing of it is in use any
     * more.
     */
    void leave(BackendProvider provider) {
        retireFrom(provider);
        synchronized (opening) {
            // It may have been found before it went, and opened meanwhile.
            retireFrom(provider);
        }
    }

    private void retireFrom(BackendProvider provider) {
        for (Deployment deployment : deployments()) {
            if (deployment.runsOn(provider)) {
                deployment.retire(new Deployment.RetiredException(
                        "backend " + deployment.status().id() + " was stopped"));
            }
        }
    }

    /** Where it is, and where work of it may still be under way. */
    private Set<Deployment> deployments() {
        Set<Deployment> all = new HashSet<>(draining);
        if (current != null) {
            all.add(current);
        }
        return all;
    }

    private void retireAll() {
        deployments().forEach(deployment -> deployment.retire(new CancellationException("the model was closed")));
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        retireAll();
        closed = true;
        synchronized (moving) {
            // A move that was under way may have put it somewhere else.
            retireAll();
        }
        model.close();
        onClose.accept(this);
    }
}
