package org.nextscale.cli.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/**
 * One run of the command line: what it may use, what was configured, where it looks for models, where it prints. For one
 * thread.
 */
public final class Session {
    private final Supplier<Engine> engineSource;
    private final Supplier<List<PluginStatus>> plugins;
    private final Console console;
    private final ModelFolders models;
    private final Configuration configuration;
    /** What a shell keeps from line to line; empty outside of one. */
    private final Optional<KeptModel> kept;

    private final CancellationToken cancellation = new CancellationToken();
    private Engine engine;

    public Session(
            Supplier<Engine> engine,
            Supplier<List<PluginStatus>> plugins,
            Console console,
            ModelFolders models,
            Configuration configuration) {
        this(engine, plugins, console, models, configuration, Optional.empty());
    }

    private Session(
            Supplier<Engine> engine,
            Supplier<List<PluginStatus>> plugins,
            Console console,
            ModelFolders models,
            Configuration configuration,
            Optional<KeptModel> kept) {
        this.engineSource = engine;
        this.plugins = plugins;
        this.console = console;
        this.models = models;
        this.configuration = configuration;
        this.kept = kept;
    }

    /** With this process's environment, standard output and standard error. */
    static Session ofProcess(Supplier<Engine> engine, Supplier<List<PluginStatus>> plugins) {
        Map<String, String> environment = System.getenv();
        String homeFolder = System.getProperty("nextscale.home");
        Path home = homeFolder == null ? null : Path.of(homeFolder);
        return new Session(
                engine,
                plugins,
                Console.ofProcess(environment),
                ModelFolders.of(environment.get("NEXTSCALE_MODELS"), home),
                Configuration.of(environment, home));
    }

    /** A session for one line of a shell: the same but for what was cancelled, with a model that stays open. */
    public Session line(KeptModel model) {
        return new Session(engineSource, plugins, console, models, configuration, Optional.of(model));
    }

    /** What is plugged in; looked up when first asked for, since many commands do without. */
    public Engine engine() {
        if (engine == null) {
            engine = new AnnouncingEngine(engineSource.get(), console);
        }
        return engine;
    }

    /**
     * Works with a model on a backend; it is closed afterwards, unless a shell keeps it.
     *
     * @param model whose closing passes to this method
     */
    public void work(ModelPackage model, BackendChoice backend, Consumer<Nextscale> work) {
        if (kept.isPresent()) {
            work.accept(kept.get().on(model, backend, engine(), console));
            return;
        }
        try (Nextscale nextscale = engine().open(model, backend)) {
            work.accept(nextscale);
        }
    }

    /**
     * Which backend to use: what was typed; else what a shell was told; else what is configured; else the best.
     *
     * @param typed the value of {@code --backend}; {@code null} if there is none
     */
    public BackendChoice backend(String typed) {
        if (typed != null) {
            return BackendChoice.parse(typed);
        }
        return kept.flatMap(KeptModel::backend)
                .or(() -> configuredBackend().map(this::checked))
                .orElse(BackendChoice.BEST);
    }

    /** What the environment or a file says about the backend. */
    public Optional<Configuration.Setting> configuredBackend() {
        return configuration.find(Configuration.BACKEND);
    }

    /** A setting is far from where it takes effect: what is wrong with it is said with its source. */
    private BackendChoice checked(Configuration.Setting setting) {
        try {
            BackendChoice choice = BackendChoice.parse(setting.value());
            choice.id().ifPresent(this::requireBackend);
            return choice;
        } catch (InvalidInputException e) {
            throw new InvalidInputException(setting.source() + ": " + e.getMessage(), e);
        }
    }

    /** Says which backends there are if this is none of them. */
    public void requireBackend(String id) {
        List<String> ids =
                engine().backends().stream().map(status -> status.id()).toList();
        if (!ids.contains(id)) {
            throw new InvalidInputException("there is no backend '" + id + "'; "
                    + (ids.isEmpty() ? "none is plugged in" : "there is " + String.join(", ", ids)));
        }
    }

    /**
     * The folder of a model.
     *
     * @param name of it, or its folder; {@code null} for the one a shell was told to use, or that comes with Nextscale
     */
    public Path modelFolder(String name) {
        return models.find(name != null ? name : kept.flatMap(KeptModel::model).orElse(null));
    }

    /** What a shell keeps, if this is a line of one. */
    public Optional<KeptModel> kept() {
        return kept;
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
