package org.nextscale.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.nextscale.launcher.program.InstalledPlugin;
import org.nextscale.launcher.program.InstalledPlugin.State;
import org.nextscale.launcher.program.Refusal;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.FrameworkListener;
import org.osgi.framework.ServiceRegistration;
import org.osgi.framework.wiring.FrameworkWiring;

/**
 * Keeps the running plugins equal to the jars in the plugin folders: a jar that appears is installed and started, one
 * that changes is replaced, one that goes is removed. The first pass runs in {@link #start()}; from then on a thread
 * looks three times a second, and takes a jar once its size and time have held still between two looks.
 *
 * <p>A plugin is copied when it is installed: its jar can be overwritten or deleted at any time. A {@link LibraryJar} is offered where
 * it lies. What cannot run is reported once, in one line on standard error, kept as an {@link InstalledPlugin} with its reason, and
 * tried again when another plugin changes, since that one may bring what it lacks.
 */
final class PluginFolders implements AutoCloseable {

    private static final long POLL_MILLIS = 300;
    private static final long REFRESH_WAIT_SECONDS = 10;

    private final List<Path> folders;
    private final BundleContext context;
    private final SortedMap<Path, Plugin> plugins = new TreeMap<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread watcher = new Thread(this::watch, "nextscale-plugins");

    /** What was seen of a jar at the last look. */
    private Map<Path, Stamp> lastSeen = Map.of();

    PluginFolders(List<Path> folders, BundleContext context) {
        this.folders = folders;
        this.context = context;
        watcher.setDaemon(true);
    }

    void start() {
        lastSeen = look();
        apply(lastSeen);
        watcher.start();
    }

    /** Every jar now in the folders, refused ones too, sorted by file. */
    synchronized List<InstalledPlugin> plugins() {
        return plugins.values().stream()
                .map(plugin -> plugin.status)
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            watcher.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watch() {
        try {
            while (!closing.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                try {
                    lookAgain();
                } catch (RuntimeException e) {
                    // Whatever went wrong with one look, the next one may go well.
                    Terminal.say("the plugin folders were not looked through", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void lookAgain() {
        Map<Path, Stamp> seen = look();
        Map<Path, Stamp> still = new TreeMap<>(seen);
        still.entrySet().removeIf(entry -> !entry.getValue().equals(lastSeen.get(entry.getKey())));
        lastSeen = seen;
        apply(keepingUnsettled(still, seen));
    }

    /** A jar that is being written keeps its old plugin until the new one is whole. */
    private synchronized Map<Path, Stamp> keepingUnsettled(Map<Path, Stamp> still, Map<Path, Stamp> seen) {
        plugins.forEach((file, plugin) -> {
            if (seen.containsKey(file)) {
                still.putIfAbsent(file, plugin.stamp);
            }
        });
        return still;
    }

    /** All jars as they are now; what was seen last where a folder cannot be read just now. */
    private Map<Path, Stamp> look() {
        Map<Path, Stamp> seen = new TreeMap<>();
        try {
            for (Path folder : folders) {
                if (Files.isDirectory(folder)) {
                    lookInto(folder, seen);
                }
            }
            return seen;
        } catch (IOException | DirectoryIteratorException e) {
            return lastSeen;
        }
    }

    private static void lookInto(Path folder, Map<Path, Stamp> seen) throws IOException {
        try (DirectoryStream<Path> jars = Files.newDirectoryStream(folder, "*.jar")) {
            for (Path jar : jars) {
                try {
                    BasicFileAttributes attributes = Files.readAttributes(jar, BasicFileAttributes.class);
                    seen.put(
                            jar,
                            new Stamp(
                                    attributes.size(),
                                    attributes.lastModifiedTime().toMillis()));
                } catch (NoSuchFileException e) {
                    // It went between the two calls.
                }
            }
        }
    }

    private synchronized void apply(Map<Path, Stamp> wanted) {
        List<Bundle> gone = new ArrayList<>();
        plugins.values().removeIf(plugin -> {
            boolean obsolete = !plugin.stamp.equals(wanted.get(plugin.file));
            if (obsolete && plugin.bundle != null) {
                uninstall(plugin.bundle);
                gone.add(plugin.bundle);
            }
            if (obsolete && plugin.libraries != null) {
                plugin.libraries.unregister();
            }
            return obsolete;
        });
        refresh(gone);
        boolean changed = !gone.isEmpty();
        for (Map.Entry<Path, Stamp> jar : wanted.entrySet()) {
            changed |= plugins.putIfAbsent(jar.getKey(), new Plugin(jar.getKey(), jar.getValue())) == null;
        }
        if (changed) {
            plugins.values().forEach(plugin -> attempt(plugin, this::installIfNeeded));
            plugins.values().forEach(plugin -> attempt(plugin, this::offerIfNeeded));
            plugins.values().forEach(plugin -> attempt(plugin, this::startIfNeeded));
        }
    }

    /** What one plugin throws is that plugin's end and nobody else's. */
    private static void attempt(Plugin plugin, Consumer<Plugin> step) {
        try {
            step.accept(plugin);
        } catch (RuntimeException | LinkageError e) {
            plugin.refuse("fails: " + e);
        }
    }

    private void installIfNeeded(Plugin plugin) {
        if (plugin.bundle != null || plugin.libraries != null || Refusal.isPlain(plugin.file)) {
            return;
        }
        try (InputStream jar = Files.newInputStream(plugin.file)) {
            plugin.bundle = context.installBundle(plugin.file.toUri().toString(), jar);
        } catch (IOException | BundleException e) {
            plugin.refuse(Refusal.ofFile(plugin.file, e));
        }
    }

    /** A jar that is no bundle may be there for one of those that are installed by now. */
    private void offerIfNeeded(Plugin plugin) {
        if (plugin.bundle != null || plugin.libraries != null || !Refusal.isPlain(plugin.file)) {
            return;
        }
        LibraryJar.of(plugin.file, context)
                .ifPresentOrElse(
                        jar -> {
                            plugin.libraries = jar.offer(context);
                            plugin.accept(jar);
                        },
                        () -> plugin.refuse(Refusal.NOT_A_BUNDLE));
    }

    private void startIfNeeded(Plugin plugin) {
        if (plugin.bundle == null || plugin.bundle.getState() == Bundle.ACTIVE) {
            return;
        }
        try {
            plugin.bundle.start(Bundle.START_TRANSIENT);
            plugin.accept();
        } catch (BundleException e) {
            plugin.refuse(Refusal.of(plugin.bundle, e, context));
        }
    }

    private static void uninstall(Bundle bundle) {
        try {
            bundle.uninstall();
        } catch (BundleException e) {
            Terminal.say("plugin " + bundle.getSymbolicName() + " does not go quietly: " + e.getMessage());
        }
    }

    /** Lets go of classes that other plugins still use of those that went, and restarts these. */
    private void refresh(List<Bundle> gone) {
        if (gone.isEmpty()) {
            return;
        }
        CountDownLatch refreshed = new CountDownLatch(1);
        FrameworkListener listener = event -> refreshed.countDown();
        context.getBundle().adapt(FrameworkWiring.class).refreshBundles(gone, listener);
        try {
            refreshed.await(REFRESH_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private record Stamp(long size, long modifiedMillis) {}

    /** One jar, its bundle if the framework took it, and what is told of it. */
    private static final class Plugin {
        final Path file;
        final Stamp stamp;
        Bundle bundle;
        /** How its libraries are offered, if that is what it holds. */
        ServiceRegistration<Path> libraries;
        /** Null until it was tried for the first time. */
        InstalledPlugin status;

        Plugin(Path file, Stamp stamp) {
            this.file = file;
            this.stamp = stamp;
        }

        void accept() {
            status = status(State.ACTIVE, Refusal.ofIdle(bundle));
        }

        void accept(LibraryJar jar) {
            status = new InstalledPlugin(
                    file,
                    file.getFileName().toString(),
                    jar.version(),
                    State.LIBRARIES,
                    "holds native libraries for " + jar.owner());
        }

        void refuse(String reason) {
            if (status == null || !status.reason().equals(reason)) {
                Terminal.say("plugin " + file.getFileName() + " " + reason);
            }
            status = status(State.REFUSED, reason);
        }

        private InstalledPlugin status(State state, String reason) {
            String name = bundle == null ? file.getFileName().toString() : bundle.getSymbolicName();
            String version = bundle == null ? "" : bundle.getVersion().toString();
            return new InstalledPlugin(file, name, version, state, reason);
        }
    }
}
