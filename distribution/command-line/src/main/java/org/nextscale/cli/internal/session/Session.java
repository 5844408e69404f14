package org.nextscale.cli.internal.session;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.launcher.program.Launch;

/**
 * One run of the command line: what it may use, what was configured, where it looks for models, where it prints. For one
 * thread.
 */
public final class Session {
    private final Process process;
    /** What a shell keeps from line to line; empty outside of one. */
    private final Optional<KeptModel> kept;

    private final CancellationToken cancellation = new CancellationToken();
    private volatile int secondsToStop;

    /** What is the same for all lines of a shell. */
    private static final class Process {
        private final Supplier<Engine> engineSource;
        private final Supplier<List<PluginStatus>> plugins;
        private final Launch launch;
        private final Console console;
        private final ModelFolders models;
        private final Configuration configuration;
        private Engine engine;

        Process(
                Supplier<Engine> engineSource,
                Supplier<List<PluginStatus>> plugins,
                Launch launch,
                Console console,
                ModelFolders models,
                Configuration configuration) {
            this.engineSource = engineSource;
            this.plugins = plugins;
            this.launch = launch;
            this.console = console;
            this.models = models;
            this.configuration = configuration;
        }

        Engine engine() {
            if (engine == null) {
                engine = engineSource.get();
                engine.addListener(new BackendReport(console));
            }
            return engine;
        }
    }

    public Session(
            Supplier<Engine> engine,
            Supplier<List<PluginStatus>> plugins,
            Launch launch,
            Console console,
            ModelFolders models,
            Configuration configuration) {
        this(new Process(engine, plugins, launch, console, models, configuration), Optional.empty());
    }

    private Session(Process process, Optional<KeptModel> kept) {
        this.process = process;
        this.kept = kept;
    }

    /** With this process's environment, standard output and standard error. */
    public static Session ofProcess(Supplier<Engine> engine, Supplier<List<PluginStatus>> plugins, Launch launch) {
        Map<String, String> environment = System.getenv();
        String homeFolder = System.getProperty("nextscale.home");
        Path home = homeFolder == null ? null : Path.of(homeFolder);
        return new Session(
                engine,
                plugins,
                launch,
                Console.ofProcess(environment),
                ModelFolders.of(environment.get("NEXTSCALE_MODELS"), home),
                Configuration.of(environment, home));
    }

    /** A session for one line of a shell: the same but for what was cancelled, with a model that stays open. */
    public Session line(KeptModel model) {
        return new Session(process, Optional.of(model));
    }

    /** What is plugged in; looked up when first asked for, since many commands do without. */
    public Engine engine() {
        return process.engine();
    }

    /**
     * Opens a model, prepares something that needs no more than its description, and works with it on a backend. The model is
     * closed in the end, unless a shell keeps it.
     *
     * @param folder of the model
     * @param prepare checks all that can be checked before anything is loaded
     */
    public <T> void work(
            Path folder, PluginChoice backend, Function<Model, T> prepare, BiConsumer<ImageGenerator, T> work) {
        Model model = engine().model(folder);
        T prepared;
        try {
            prepared = prepare.apply(model);
        } catch (RuntimeException | Error e) {
            model.close();
            throw e;
        }
        if (kept.isPresent()) {
            work.accept(kept.get().on(model, backend, engine()), prepared);
            return;
        }
        try (ImageGenerator generator = engine().open(model, backend)) {
            work.accept(generator, prepared);
        }
    }

    /**
     * Which backend to use: what was typed; else what a shell was told; else what is configured; else the best.
     *
     * @param typed the value of {@code --backend}; {@code null} if there is none
     */
    public PluginChoice backend(String typed) {
        if (typed != null) {
            return PluginChoice.parse("backend", typed);
        }
        return kept.flatMap(KeptModel::backend)
                .or(() -> configuredBackend().map(this::checked))
                .orElse(PluginChoice.of(Engine.BEST_BACKEND));
    }

    /** What the environment or a file says about the backend. */
    public Optional<Configuration.Setting> configuredBackend() {
        return process.configuration.find(Configuration.BACKEND);
    }

    /** A setting is far from where it takes effect: what is wrong with it is said with its source. */
    private PluginChoice checked(Configuration.Setting setting) {
        try {
            PluginChoice choice = PluginChoice.parse("backend", setting.value());
            requireBackend(choice);
            return choice;
        } catch (InvalidInputException e) {
            throw new InvalidInputException(setting.source() + ": " + e.getMessage(), e);
        }
    }

    /** Says which backends there are if this is none of them. */
    public void requireBackend(PluginChoice choice) {
        if (!choice.id().equals(Engine.BEST_BACKEND)) {
            engine().plugin(PluginKind.BACKEND, choice.id());
        }
    }

    /** What one of the backends says of itself here; empty if it is not plugged in. */
    public Optional<BackendStatus> backendStatus(String id) {
        return engine().backends().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /**
     * The folder of a model.
     *
     * @param name of it, or its folder; {@code null} for the one a shell was told to use, or that comes with Nextscale
     */
    public Path modelFolder(String name) {
        return process.models.find(
                name != null ? name : kept.flatMap(KeptModel::model).orElse(null));
    }

    /** What a shell keeps, if this is a line of one. */
    public Optional<KeptModel> kept() {
        return kept;
    }

    /** The jars that were found, whatever they hold. */
    public List<PluginStatus> plugins() {
        return process.plugins.get();
    }

    /**
     * Says that what runs now takes longer than usual to be put away when the process is told to stop.
     *
     * @param seconds from the signal on; 0 for as long as usual
     */
    public void needToStop(int seconds) {
        secondsToStop = seconds;
        process.launch.needToStop(seconds);
    }

    /** What {@link #needToStop} said. */
    public int secondsToStop() {
        return secondsToStop;
    }

    public Console console() {
        return process.console;
    }

    public ModelFolders models() {
        return process.models;
    }

    /** Cancelled by Ctrl-C. */
    public CancellationToken cancellation() {
        return cancellation;
    }
}
