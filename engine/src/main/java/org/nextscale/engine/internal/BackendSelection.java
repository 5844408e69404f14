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

/** Which backend serves a choice: the one named, or the available one with the highest score. */
final class BackendSelection {
    private final Plugins plugins;

    /** A backend to open, with its options checked. */
    record Selected(BackendProvider provider, BackendStatus status, ParameterValues options) {}

    @Inject
    BackendSelection(Plugins plugins) {
        this.plugins = plugins;
    }

    List<BackendStatus> statuses() {
        return plugins.backends().all().stream()
                .map(BackendSelection::status)
                .sorted(Comparator.comparingInt(
                                (BackendStatus status) -> -status.availability().score())
                        .thenComparing(BackendStatus::id))
                .toList();
    }

    Selected select(BackendChoice choice) {
        if (choice.id().isPresent()) {
            BackendProvider provider = plugins.backends().get(choice.id().get());
            Selected selected = selected(provider, choice);
            if (!selected.status().availability().isAvailable()) {
                throw new BackendException("backend " + provider.id() + " cannot run here: "
                        + selected.status().availability().reason());
            }
            return selected;
        }
        List<BackendStatus> statuses = statuses();
        for (BackendStatus status : statuses) {
            if (status.availability().isAvailable()) {
                return selected(plugins.backends().get(status.id()), choice);
            }
        }
        throw new BackendException(
                statuses.isEmpty()
                        ? "no backend is plugged in"
                        : statuses.stream()
                                .map(s -> s.id() + ": " + s.availability().reason())
                                .collect(Collectors.joining("; ", "no backend can run here: ", "")));
    }

    private static Selected selected(BackendProvider provider, BackendChoice choice) {
        ParameterValues options =
                ParameterValues.of("backend " + provider.id(), provider.parameters(), choice.options());
        return new Selected(provider, status(provider), options);
    }

    private static BackendStatus status(BackendProvider provider) {
        return new BackendStatus(provider.id(), provider.label(), probe(provider), provider.parameters());
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
