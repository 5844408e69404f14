package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;

/** Which backends serve a choice: the one named, or the available ones, the highest score first. */
final class BackendSelection {
    private static final Comparator<Selected> BEST_FIRST = Comparator.comparingInt(
                    (Selected selected) -> -selected.status().availability().score())
            .thenComparing(selected -> selected.status().id());

    private final Plugins plugins;

    /** A backend to open, with its options checked. */
    record Selected(BackendProvider provider, BackendStatus status, ParameterValues options) {}

    @Inject
    BackendSelection(Plugins plugins) {
        this.plugins = plugins;
    }

    List<BackendStatus> statuses() {
        return plugins.backends().all().stream()
                .map(provider -> selected(provider, BackendChoice.BEST))
                .sorted(BEST_FIRST)
                .map(Selected::status)
                .toList();
    }

    /**
     * What a choice allows, the best first: the one backend it names, or all that can run here. Never empty.
     *
     * @throws org.nextscale.api.InvalidInputException for an id or option that does not exist
     * @throws BackendException if none can run here, with the reason of each
     */
    List<Selected> candidates(BackendChoice choice) {
        if (choice.id().isPresent()) {
            BackendProvider provider = plugins.backends().get(choice.id().get());
            Selected selected = selected(provider, choice);
            if (!selected.status().availability().isAvailable()) {
                throw new BackendException("backend " + provider.id() + " cannot run here: "
                        + selected.status().availability().reason());
            }
            return List.of(selected);
        }
        List<Selected> all = plugins.backends().all().stream()
                .map(provider -> selected(provider, choice))
                .sorted(BEST_FIRST)
                .toList();
        List<Selected> available = all.stream()
                .filter(selected -> selected.status().availability().isAvailable())
                .toList();
        if (available.isEmpty()) {
            throw new BackendException(
                    all.isEmpty()
                            ? "no backend is plugged in"
                            : all.stream()
                                    .map(selected -> selected.status().id() + ": "
                                            + selected.status().availability().reason())
                                    .collect(Collectors.joining("; ", "no backend can run here: ", "")));
        }
        return available;
    }

    private Selected selected(BackendProvider provider, BackendChoice choice) {
        ParameterValues options =
                ParameterValues.of("backend " + provider.id(), provider.parameters(), choice.options());
        return new Selected(provider, status(provider), options);
    }

    private BackendStatus status(BackendProvider provider) {
        return new BackendStatus(
                provider.id(),
                provider.label(),
                plugins.backends().version(provider.id()),
                probe(provider),
                provider.parameters());
    }

    /** A probe must not throw; one that does all the same says why its backend is not available. */
    private static Availability probe(BackendProvider provider) {
        try {
            return provider.probe();
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("its probe failed: " + e);
        }
    }
}
