package org.nextscale.engine.internal.backend;

import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.Model;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.engine.internal.plugin.PluginRegistry;
import org.nextscale.files.PrintableText;

/**
 * Puts models on backends: on the one asked for by name, or on the best that opens, passing over those that fail. Thread-safe.
 */
public final class ModelLoader {
    private final PluginRegistry plugins;
    private final BackendSelection selection;

    /**
     * Where a model ended up.
     *
     * @param fallbacks one line for every backend that failed to open or that the model is too large for, with its reason
     */
    public record Result(LoadedModel model, List<String> fallbacks) {}

    @Inject
    ModelLoader(PluginRegistry plugins, BackendSelection selection) {
        this.plugins = plugins;
        this.selection = selection;
    }

    /** Whether the backend that a choice names is there at the moment. */
    public boolean finds(PluginChoice choice) {
        return BackendSelection.isBest(choice)
                || plugins.find(PluginKind.BACKEND, choice.id()).isPresent();
    }

    /**
     * Loads a model.
     *
     * @throws InvalidInputException for a backend, an option or a tokenizer that does not exist, or weights that do not fit
     * @throws BackendException if no backend can run it, with the reason of each
     */
    public Result load(Model model, PluginChoice choice) {
        BackendSelection.Candidates candidates = selection.candidates(choice, model.spec());
        List<String> failures = new ArrayList<>(candidates.tooSmall());
        for (BackendSelection.Selected selected : candidates.available()) {
            try {
                return new Result(LoadedModel.open(model, selected, plugins), List.copyOf(failures));
            } catch (InvalidInputException e) {
                throw e; // it is the model or an option, and no other backend would think better of it
            } catch (RuntimeException | LinkageError e) {
                String reason = PrintableText.reason(e);
                String label = selected.info().label();
                String failure = reason.startsWith(label + " ") ? reason : label + " failed to open: " + reason;
                if (!BackendSelection.isBest(choice)) {
                    throw new BackendException(failure, e);
                }
                failures.add(failure);
            }
        }
        throw new BackendException(String.join("; ", failures));
    }
}
