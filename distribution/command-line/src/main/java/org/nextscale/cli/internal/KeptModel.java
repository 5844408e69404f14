package org.nextscale.cli.internal;

import java.util.Optional;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.Engine;
import org.nextscale.engine.Nextscale;
import org.nextscale.engine.model.ModelPackage;

/**
 * What a shell keeps between its lines: one model, open on a backend, and what {@code use} said. A command that asks for
 * another backend moves the model there; one that asks for another model closes it first. For one thread.
 */
public final class KeptModel implements AutoCloseable {
    private Nextscale open;
    /** What {@link #open} was asked to run on. */
    private BackendChoice asked;

    private BackendChoice backend;
    private String model;

    /** What commands use that name no backend; empty until {@link #use(BackendChoice, Console)}. */
    Optional<BackendChoice> backend() {
        return Optional.ofNullable(backend);
    }

    /** What commands use that name no model; empty until {@link #useModel}. */
    Optional<String> model() {
        return Optional.ofNullable(model);
    }

    /** What is open at the moment. */
    public Optional<Nextscale> open() {
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
    public void use(BackendChoice choice, Console console) {
        if (open != null) {
            move(choice, console);
        }
        backend = choice;
    }

    /** The model on a backend; the caller does not close it. */
    Nextscale on(ModelPackage wanted, BackendChoice choice, Engine engine, Console console) {
        if (open != null && isOpen(wanted)) {
            wanted.close();
            if (!choice.equals(asked)) {
                move(choice, console);
            }
            return open;
        }
        close();
        open = engine.open(wanted, choice);
        asked = choice;
        return open;
    }

    /** The same place and the same numbers: a model that was written anew in the meantime is another one. */
    private boolean isOpen(ModelPackage wanted) {
        return open.model().location().equals(wanted.location())
                && open.model().fingerprint().equals(wanted.fingerprint());
    }

    private void move(BackendChoice choice, Console console) {
        open.switchBackend(choice);
        asked = choice;
        AnnouncingEngine.announce(open, console);
    }

    @Override
    public void close() {
        if (open != null) {
            Nextscale closing = open;
            open = null;
            closing.close();
        }
    }
}
