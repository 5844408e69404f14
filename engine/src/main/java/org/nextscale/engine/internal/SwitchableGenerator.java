package org.nextscale.engine.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.internal.backend.LoadedModel;
import org.nextscale.engine.internal.backend.ModelLoader;
import org.nextscale.engine.internal.generation.GenerationJob;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/**
 * A model that is always loaded on one backend, and can move. A batch runs from its first to its last scale where it began;
 * when that is taken away, the batch is made again on the next backend, with the same draws.
 */
public final class SwitchableGenerator implements ImageGenerator {
    private static final long POLL_MILLIS = 25;

    private final Model model;
    private final PluginRegistry plugins;
    private final ModelLoader loader;
    private final BackendChanges changes;
    /** How long a request waits for a backend to come back. */
    private final Duration grace;

    private final Consumer<SwitchableGenerator> onClose;
    private final VisualTokenizer tokenizer = new SwitchableTokenizer(this);
    private final Object moving = new Object();
    /** Held while a backend is opened for this model. */
    private final Object opening = new Object();
    /** What is replaced and not closed yet. */
    private final Set<LoadedModel> draining = ConcurrentHashMap.newKeySet();
    /** What it was asked to run on. Guarded by {@link #moving}. */
    private PluginChoice choice;

    private volatile LoadedModel current;
    private volatile List<String> fallbacks;
    private volatile boolean closed;

    SwitchableGenerator(
            Model model,
            PluginChoice choice,
            PluginRegistry plugins,
            ModelLoader loader,
            BackendChanges changes,
            Duration grace,
            Consumer<SwitchableGenerator> onClose) {
        this.model = model;
        this.choice = choice;
        this.plugins = plugins;
        this.loader = loader;
        this.changes = changes;
        this.grace = grace;
        this.onClose = onClose;
    }

    /** Puts it on its first backend: nothing else may be called before. */
    void open() {
        load(choice);
        changes.moved(this, List.of());
    }

    @Override
    public Model model() {
        return model;
    }

    @Override
    public BackendStatus backend() {
        return current.status();
    }

    @Override
    public List<String> notices() {
        List<String> all = new ArrayList<>(fallbacks());
        all.addAll(backendNotices());
        return all;
    }

    /** Why better backends were passed over, a line each. */
    List<String> fallbacks() {
        return fallbacks;
    }

    /** What its backend says of itself, a line each. */
    List<String> backendNotices() {
        return current.notices();
    }

    @Override
    public VisualTokenizer tokenizer() {
        return tokenizer;
    }

    @Override
    public void generate(
            GenerationRequest request,
            Consumer<GeneratedImage> images,
            GenerationListener listener,
            Cancellation cancellation) {
        throwIfClosed();
        GenerationJob job = GenerationJob.prepare(request, model, tokenizer, plugins);
        for (GenerationJob.Batch batch : job.batches()) {
            onBackend(loaded -> job.run(batch, loaded, listener, loaded.cancellation(cancellation)))
                    .forEach(images);
        }
    }

    /**
     * Runs something where the model is loaded, and again on the next backend if that is taken away meanwhile.
     *
     * @throws BackendException if no backend can serve
     */
    public <T> T onBackend(Function<LoadedModel, T> work) {
        while (true) {
            throwIfClosed();
            LoadedModel loaded = current;
            try {
                return loaded.leased(() -> work.apply(loaded));
            } catch (LoadedModel.RetiredException e) {
                replace(loaded, e);
            }
        }
    }

    @Override
    public void switchBackend(PluginChoice newChoice) {
        LoadedModel old = null;
        try {
            synchronized (moving) {
                throwIfClosed();
                old = current;
                old.requireNoLeaseOfMine();
                draining.add(old);
                load(newChoice);
                choice = newChoice;
            }
            old.drain();
        } finally {
            if (old != null) {
                draining.remove(old);
            }
        }
        changes.moved(this, List.of());
    }

    /** Finds another place for what was taken away, waiting a while for its backend to come back. */
    private void replace(LoadedModel gone, BackendException reason) {
        long deadline = System.nanoTime() + grace.toNanos();
        while (current == gone) {
            throwIfClosed();
            try {
                if (moveFrom(gone)) {
                    changes.moved(this, List.of(reason.getMessage()));
                }
                return;
            } catch (BackendException e) {
                if (System.nanoTime() > deadline) {
                    throw new BackendException(reason.getMessage(), e);
                }
            }
            pause();
        }
    }

    /** Whether it was this thread that moved it. */
    private boolean moveFrom(LoadedModel gone) {
        synchronized (moving) {
            boolean mine = current == gone;
            if (mine && !loader.finds(choice)) {
                throw new BackendException("backend " + choice.id() + " is not plugged in");
            }
            if (mine) {
                load(choice);
            }
            return mine;
        }
    }

    private void load(PluginChoice wanted) {
        synchronized (opening) {
            ModelLoader.Result result = loader.load(model, wanted);
            current = result.model();
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
    void leave(PluginInfo<BackendProvider> backend) {
        retireFrom(backend);
        synchronized (opening) {
            // It may have been found before it went, and opened meanwhile.
            retireFrom(backend);
        }
    }

    private void retireFrom(PluginInfo<BackendProvider> backend) {
        for (LoadedModel loaded : everywhere()) {
            if (loaded.runsOn(backend)) {
                loaded.retire();
            }
        }
    }

    /** Where it is, and where work of it may still be under way. */
    private Set<LoadedModel> everywhere() {
        Set<LoadedModel> all = new HashSet<>(draining);
        if (current != null) {
            all.add(current);
        }
        return all;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        everywhere().forEach(LoadedModel::cancel);
        closed = true;
        synchronized (moving) {
            // A move that was under way may have put it somewhere else.
            everywhere().forEach(LoadedModel::cancel);
        }
        model.close();
        onClose.accept(this);
    }
}
