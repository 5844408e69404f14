package org.nextscale.cli.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.engine.Engine;

/** One run of the command line: what it may use, where it looks for models, where it prints. For one thread. */
public final class Session {
    private final Supplier<Engine> engineSource;
    private final Supplier<List<PluginStatus>> plugins;
    private final Console console;
    private final ModelFolders models;
    private final CancellationToken cancellation = new CancellationToken();
    private Engine engine;

    public Session(
            Supplier<Engine> engine, Supplier<List<PluginStatus>> plugins, Console console, ModelFolders models) {
        this.engineSource = engine;
        this.plugins = plugins;
        this.console = console;
        this.models = models;
    }

    /** With this process's environment, standard output and standard error. */
    static Session ofProcess(Supplier<Engine> engine, Supplier<List<PluginStatus>> plugins) {
        Map<String, String> environment = System.getenv();
        String home = System.getProperty("nextscale.home");
        return new Session(
                engine,
                plugins,
                Console.ofProcess(environment),
                ModelFolders.of(environment.get("NEXTSCALE_MODELS"), home == null ? null : Path.of(home)));
    }

    /** What is plugged in; looked up when first asked for, since many commands do without. */
    public Engine engine() {
        if (engine == null) {
            engine = engineSource.get();
        }
        return engine;
    }

    public List<PluginStatus> plugins() {
        return plugins.get();
    }

    public Console console() {
        return console;
    }

    public ModelFolders models() {
        return models;
    }

    /** Cancelled by Ctrl-C. */
    public CancellationToken cancellation() {
        return cancellation;
    }
}
