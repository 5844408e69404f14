package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import org.nextscale.cli.internal.KeptModel;
import org.nextscale.cli.internal.Session;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.model.ModelPackage;
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

    /** Opens the model that was named, or this one; the caller closes it, or passes it on. */
    public ModelPackage open(Session session, String otherwise) {
        Path folder = session.modelFolder(model != null ? model : otherwise);
        return ModelPackage.open(folder);
    }

    /** Makes what was typed hold for all lines of a shell. */
    public void applyTo(Session line, KeptModel kept) {
        if (model != null) {
            line.modelFolder(model);
            kept.useModel(model);
        }
        if (backend != null) {
            BackendChoice choice = BackendChoice.parse(backend);
            choice.id().ifPresent(line::requireBackend);
            kept.use(choice, line.console());
        }
    }

    /** What was typed, else what is configured, else the best. */
    public BackendChoice backend(Session session) {
        return session.backend(backend);
    }
}
