package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.BackendException;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.model.ModelPackage;

/**
 * Puts models on backends: on the one asked for by name, or on the best that opens, passing over those that fail. Thread-safe.
 */
final class Deployments {
    private final Plugins plugins;
    private final BackendSelection selection;

    /**
     * Where a model ended up.
     *
     * @param fallbacks one line for every backend that failed to open or that the model is too large for, with its reason
     */
    record Result(Deployment deployment, List<String> fallbacks) {}

    @Inject
    Deployments(Plugins plugins, BackendSelection selection) {
        this.plugins = plugins;
        this.selection = selection;
    }

    Result deploy(ModelPackage model, BackendChoice choice) {
        BackendSelection.Candidates candidates = selection.candidates(choice, model.spec());
        List<String> failures = new ArrayList<>(candidates.tooSmall());
        for (BackendSelection.Selected selected : candidates.available()) {
            try {
                return new Result(Deployment.open(model, selected, plugins), List.copyOf(failures));
            } catch (InvalidInputException e) {
                throw e; // it is the model or an option, and no other backend would think better of it
            } catch (RuntimeException | LinkageError e) {
                String reason = e instanceof BackendException ? e.getMessage() : e.toString();
                String failure = "backend " + selected.provider().id() + " failed to open: " + reason;
                if (choice.id().isPresent()) {
                    throw new BackendException(failure, e);
                }
                failures.add(failure);
            }
        }
        throw new BackendException(String.join("; ", failures));
    }
}
