package org.nextscale.engine.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GenerationListener;
import org.nextscale.api.generation.ScaleProgress;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.engine.internal.plugin.ClassPathPlugins;
import org.nextscale.engine.internal.plugin.PluginRegistry;
import org.nextscale.testkit.fake.FakeBackend;

/** An engine with what ships beside it, and with whatever backends a test plugs in. */
final class TestEngine {
    /** A small model: ten classes, a vocabulary of 96, images of 16 pixels; its pyramid is 1 2 4 6 8. */
    static final Path MODEL = Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");

    static final int SCALES = 5;

    /** Nobody comes back in no time, and everybody in an hour. */
    static final Duration NO_GRACE = Duration.ZERO;

    static final Duration LONG_GRACE = Duration.ofHours(1);

    final PluginRegistry plugins = new PluginRegistry();
    final DefaultEngine engine;

    TestEngine(Duration grace, FakeBackend... backends) {
        this(grace, plugins -> {}, backends);
    }

    /** @param first plugs something in before what ships, under whose ids it may be */
    TestEngine(Duration grace, Consumer<PluginRegistry> first, FakeBackend... backends) {
        first.accept(plugins);
        ClassPathPlugins.addTo(plugins, TestEngine.class.getClassLoader());
        List.of(backends).forEach(this::add);
        engine = new DefaultEngine(plugins, new EngineModule(plugins, grace));
    }

    void add(FakeBackend backend) {
        plugins.add(PluginKind.BACKEND, backend, "");
    }

    /** Takes a backend away as a container does: returns when nothing of it is in use. */
    void remove(FakeBackend backend) {
        leave(unplug(backend));
    }

    /** From now on it cannot be found. */
    PluginInfo<?> unplug(FakeBackend backend) {
        return plugins.remove(PluginKind.BACKEND, backend).orElseThrow();
    }

    @SuppressWarnings("unchecked") // plugged in as a backend
    void leave(PluginInfo<?> backend) {
        engine.leave((PluginInfo<BackendProvider>) backend);
    }

    ImageGenerator open(String backend) {
        return engine.open(engine.model(MODEL), PluginChoice.parse("backend", backend));
    }

    /** Does something after one scale of every batch. */
    static GenerationListener afterScale(int index, Runnable action) {
        return new GenerationListener() {
            @Override
            public void scaleDone(ScaleProgress progress) {
                if (progress.scale().index() == index) {
                    action.run();
                }
            }
        };
    }

    /** Waits until a thread waits for another; fails if it ends instead. */
    static void awaitWaiting(Thread thread) {
        while (true) {
            switch (thread.getState()) {
                case BLOCKED, WAITING, TIMED_WAITING -> {
                    return;
                }
                case TERMINATED -> throw new AssertionError(thread.getName() + " did not wait");
                default -> Thread.onSpinWait();
            }
        }
    }
}
