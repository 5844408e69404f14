package org.nextscale.cli.internal.session;

import java.util.Optional;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.ImageGenerator;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;

/**
 * What a shell keeps between its lines: one model, open on a backend, and what {@code use} said. A command that asks for
 * another backend moves the model there; one that asks for another model closes it first. For one thread.
 */
public final class KeptModel implements AutoCloseable {
    private ImageGenerator open;
    /** What {@link #open} was asked to run on. */
    private PluginChoice asked;

    private PluginChoice backend;
    private String model;

    /** What commands use that name no backend; empty until {@link #use}. */
    Optional<PluginChoice> backend() {
        return Optional.ofNullable(backend);
    }

    /** What commands use that name no model; empty until {@link #useModel}. */
    Optional<String> model() {
        return Optional.ofNullable(model);
    }

    /** What is open at the moment. */
    public Optional<ImageGenerator> open() {
        return Optional.ofNullable(open);
    }

    /** From now on commands that name no model use this one. */
    public void useModel(String name) {
        model = name;
    }

    /**
     * From now on commands that name no backend use this one. A model that is open moves at once; if that fails, it stays
     * and nothing changes.
     */
    public void use(PluginChoice choice) {
        if (open != null) {
            move(choice);
        }
        backend = choice;
    }

    /** The model on a backend; the caller does not close it. */
    ImageGenerator on(Model wanted, PluginChoice choice, Engine engine) {
        if (open != null && isOpen(wanted)) {
            wanted.close();
            if (!choice.equals(asked)) {
                move(choice);
            }
            return open;
        }
        close();
        open = engine.open(wanted, choice);
        asked = choice;
        return open;
    }

    /** The same place and the same numbers: a model that was written anew in the meantime is another one. */
    private boolean isOpen(Model wanted) {
        return open.model().location().equals(wanted.location())
                && open.model().fingerprint().equals(wanted.fingerprint());
    }

    private void move(PluginChoice choice) {
        open.switchBackend(choice);
        asked = choice;
    }

    @Override
    public void close() {
        if (open != null) {
            ImageGenerator closing = open;
            open = null;
            closing.close();
        }
    }
}
