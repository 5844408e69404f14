package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.session.KeptModel;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine.Option;

/** {@code --model} and {@code --backend}. */
public final class ModelOptions {
    @Option(
            names = "--model",
            paramLabel = "NAME|FOLDER",
            description = "a model package (default: the one that comes with Nextscale); see nextscale model list")
    private String model;

    @Option(
            names = "--backend",
            paramLabel = "ID|auto[:option=value,...]",
            description = "what computes (default: as configured, else auto, the best for this machine);"
                    + " see nextscale backends")
    private String backend;

    public boolean saysModel() {
        return model != null;
    }

    public boolean saysBackend() {
        return backend != null;
    }

    /**
     * The folder of the model that was named.
     *
     * @param otherwise the name of another, where none was; {@code null} for what a shell was told, or the boxed model
     */
    public Path folder(Session session, String otherwise) {
        return session.modelFolder(model != null ? model : otherwise);
    }

    /** Makes what was typed hold for all lines of a shell. */
    public void applyTo(Session line, KeptModel kept) {
        if (model != null) {
            line.modelFolder(model);
            kept.useModel(model);
        }
        if (backend != null) {
            PluginChoice choice = backend(line);
            line.requireBackend(choice);
            kept.use(choice);
        }
    }

    /** What was typed, else what is configured, else the best. */
    public PluginChoice backend(Session session) {
        return session.backend(backend);
    }
}
