package org.nextscale.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.felix.framework.FrameworkFactory;
import org.nextscale.launcher.program.LaunchedProgram;
import org.nextscale.launcher.program.Refusal;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.launch.Framework;
import org.osgi.util.tracker.ServiceTracker;

/**
 * An embedded framework with the bundles of an {@link Installation} and its plugins. Bundles are read where they lie,
 * nothing is unpacked; the api's packages come from the host, so that host, bundles and plugins share one api.
 *
 * <p>Safe for use by several threads. Closing it stops the bundles and deletes the framework's working folder; a signal
 * that ends the process does the same.
 */
public final class Container implements AutoCloseable {

    private static final long COMMAND_LINE_WAIT_MILLIS = 2_000;
    private static final long STOP_WAIT_MILLIS = 10_000;
    private static final int SIGNAL_WAIT_SECONDS = 6;

    private final FrameworkCache cache;
    private final Framework framework;
    private final PluginFolders plugins;
    private final ProcessLaunch launch;
    private final Thread onSignal = new Thread(this::stopOnSignal, "nextscale-stop");
    /** Held for reading while the command line runs. */
    private final ReadWriteLock commandLine = new ReentrantReadWriteLock();

    private boolean stopped;

    private Container(FrameworkCache cache, Framework framework, PluginFolders plugins) {
        this.cache = cache;
        this.framework = framework;
        this.plugins = plugins;
        launch = new ProcessLaunch(plugins::plugins);
    }

    /**
     * Starts the framework, the bundles and the plugins, and returns when all of them are started. A bundle or plugin
     * that cannot start is reported on standard error and left out.
     *
     * @throws LaunchException if this is not a distribution, or the framework itself does not start
     */
    public static Container start(Installation installation) throws LaunchException {
        List<Path> bundles = installation.bundles();
        FrameworkCache cache = FrameworkCache.open();
        Framework framework;
        try {
            framework = new FrameworkFactory().newFramework(configuration(cache.folder()));
            framework.start();
        } catch (BundleException e) {
            cache.close();
            throw new LaunchException("the container does not start: " + e.getMessage(), e);
        } catch (LaunchException | RuntimeException | Error e) {
            cache.close();
            throw e;
        }
        PluginFolders plugins = new PluginFolders(installation.pluginFolders(), framework.getBundleContext());
        Container container = new Container(cache, framework, plugins);
        try {
            Runtime.getRuntime().addShutdownHook(container.onSignal);
            container.startBundles(bundles);
            container.plugins.start();
            return container;
        } catch (RuntimeException | Error e) {
            container.close();
            throw e;
        }
    }

    private static Map<String, Object> configuration(Path cache) throws LaunchException {
        Map<String, Object> configuration = new HashMap<>();
        configuration.put(Constants.FRAMEWORK_STORAGE, cache.resolve("felix").toString());
        configuration.put(Constants.FRAMEWORK_STORAGE_CLEAN, Constants.FRAMEWORK_STORAGE_CLEAN_ONFIRSTINIT);
        configuration.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, SharedPackages.asHeader());
        // Guava, Guice and JavaCPP look for it without importing it.
        configuration.put(Constants.FRAMEWORK_BOOTDELEGATION, "sun.misc");
        // Two dozen bundles: other threads to resolve them take longer to start than they save.
        configuration.put("felix.resolver.parallelism", "1");
        // A component that cannot be made is said in words by whoever wanted it.
        configuration.put("ds.loglevel", Integer.toString(FrameworkLog.requestedLevel() - 1));
        configuration.put("felix.log.logger", new FrameworkLog());
        configuration.put("felix.log.level", Integer.toString(FrameworkLog.requestedLevel()));
        return configuration;
    }

    /** Installs all bundles, then starts those that have something to start; the others are classes for them. */
    private void startBundles(List<Path> files) {
        List<Bundle> installed = new ArrayList<>();
        for (Path file : files) {
            try {
                installed.add(context().installBundle("reference:" + file.toUri()));
            } catch (BundleException e) {
                Terminal.say("bundle " + file.getFileName() + " " + Refusal.ofFile(file, e));
            }
        }
        for (Bundle bundle : installed) {
            var headers = bundle.getHeaders("");
            if (headers.get(Constants.BUNDLE_ACTIVATOR) != null || headers.get("Service-Component") != null) {
                try {
                    bundle.start(Bundle.START_TRANSIENT);
                } catch (BundleException e) {
                    Terminal.say("bundle " + bundle.getSymbolicName() + " " + Refusal.of(bundle, e, context()));
                }
            }
        }
    }

    /** The system bundle's context: where services are found and bundles listed. */
    public BundleContext context() {
        return framework.getBundleContext();
    }

    /**
     * Runs the command line that the bundles bring: the service {@link LaunchedProgram}.
     *
     * @return its exit code
     * @throws LaunchException if there is none within a few seconds; the message lists what it waits for
     */
    public int run(String... arguments) throws LaunchException, InterruptedException {
        var programs = new ServiceTracker<LaunchedProgram, LaunchedProgram>(context(), LaunchedProgram.class, null);
        programs.open();
        commandLine.readLock().lock();
        try {
            LaunchedProgram program = programs.waitForService(COMMAND_LINE_WAIT_MILLIS);
            if (program == null) {
                throw new LaunchException("the command line did not start" + UnsatisfiedComponents.describe(context()));
            }
            return program.run(arguments, launch);
        } finally {
            commandLine.readLock().unlock();
            programs.close();
        }
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The process is ending on a signal: the hook is running already, and stop() waits for it.
        }
        stop();
    }

    /** The command line has its own hook for signals: it gets the time to put its files away before its bundle goes. */
    private void stopOnSignal() {
        try {
            int seconds = Math.max(SIGNAL_WAIT_SECONDS, launch.secondsToStop() + 1);
            if (!commandLine.writeLock().tryLock(seconds, TimeUnit.SECONDS)) {
                Terminal.say("stops in the middle of its work");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop();
    }

    private synchronized void stop() {
        if (stopped) {
            return;
        }
        stopped = true;
        plugins.close();
        try {
            framework.stop();
            framework.waitForStop(STOP_WAIT_MILLIS);
        } catch (BundleException | InterruptedException e) {
            Terminal.say(e);
        }
        cache.close();
    }
}
