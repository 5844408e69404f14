package org.nextscale.engine.internal;

import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.BackendException;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.ProbeRequest;
import org.nextscale.api.machine.Machine;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.parameter.ParameterValues;
import org.nextscale.engine.BackendChoice;
import org.nextscale.engine.BackendStatus;

/**
 * Which backends serve a choice: the one named, or those that can run the model here with the options asked for, the
 * highest score first.
 */
final class BackendSelection {
    private static final Comparator<Selected> BEST_FIRST = Comparator.comparingInt(
                    (Selected selected) -> -selected.status().availability().score())
            .thenComparing(selected -> selected.status().id());

    private final Plugins plugins;

    /** A backend to open, with its options checked. */
    record Selected(BackendProvider provider, BackendStatus status, ParameterValues options) {
        boolean isAvailable() {
            return status.availability().isAvailable();
        }

        String reason() {
            return status.availability().reason();
        }

        /** The reason with the backend's name, which that for a wrong option has already. */
        String line() {
            String name = "backend " + status.id();
            return reason().startsWith(name) ? reason() : name + ": " + reason();
        }
    }

    /**
     * What a choice allows.
     *
     * @param available the best first; never empty
     * @param tooSmall a line for every backend that was left out because the model does not fit
     */
    record Candidates(List<Selected> available, List<String> tooSmall) {}

    @Inject
    BackendSelection(Plugins plugins) {
        this.plugins = plugins;
    }

    /** All backends, the best first: with the choice's options those that it may mean, the others as they are by default. */
    List<BackendStatus> statuses(BackendChoice choice, Optional<ModelSpec> model) {
        Machine machine = Machine.current();
        return plugins.backends().all().stream()
                .map(provider -> {
                    boolean meant = choice.id().isEmpty() || choice.id().get().equals(provider.id());
                    return selected(provider, meant ? choice.options() : Map.of(), model, machine);
                })
                .sorted(BEST_FIRST)
                .map(Selected::status)
                .toList();
    }

    /**
     * What a choice allows for a model: the one backend it names, or all that take its options and can run the model here.
     *
     * @throws InvalidInputException for an id or option that does not exist
     * @throws BackendException if none can run here, with the reason of each
     */
    Candidates candidates(BackendChoice choice, ModelSpec model) {
        Machine machine = Machine.current();
        if (choice.id().isPresent()) {
            BackendProvider provider = plugins.backends().get(choice.id().get());
            Selected selected = probed(provider, options(provider, choice.options()), Optional.of(model), machine);
            if (!selected.isAvailable()) {
                throw new BackendException("backend " + provider.id() + " cannot run here: " + selected.reason());
            }
            return new Candidates(List.of(selected), List.of());
        }
        List<Selected> all = plugins.backends().all().stream()
                .map(provider -> selected(provider, choice.options(), Optional.of(model), machine))
                .sorted(BEST_FIRST)
                .toList();
        List<Selected> available = all.stream().filter(Selected::isAvailable).toList();
        if (available.isEmpty()) {
            throw noneOf(all, choice);
        }
        List<String> tooSmall = all.stream()
                .filter(selected -> selected.status().availability().lacksMemory())
                .map(selected -> "backend " + selected.status().id() + " is passed over: " + selected.reason())
                .toList();
        return new Candidates(available, tooSmall);
    }

    private static RuntimeException noneOf(List<Selected> all, BackendChoice choice) {
        if (all.isEmpty()) {
            return new BackendException("no backend is plugged in");
        }
        String reasons = all.stream().map(Selected::line).collect(Collectors.joining("; "));
        boolean noneTakesTheOptions = all.stream().allMatch(selected -> !takes(selected.provider(), choice.options()));
        return noneTakesTheOptions
                ? new InvalidInputException("no backend can run " + choice + ": " + reasons)
                : new BackendException("no backend can run here: " + reasons);
    }

    private static boolean takes(BackendProvider provider, Map<String, String> options) {
        try {
            options(provider, options);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }

    private static ParameterValues options(BackendProvider provider, Map<String, String> given) {
        return ParameterValues.of("backend " + provider.id(), provider.parameters(), given);
    }

    /** A backend that does not take the options is not available, and says so; its own are then those by default. */
    private Selected selected(
            BackendProvider provider, Map<String, String> given, Optional<ModelSpec> model, Machine machine) {
        ParameterValues options;
        try {
            options = options(provider, given);
        } catch (InvalidInputException e) {
            return new Selected(
                    provider, status(provider, Availability.unavailable(e.getMessage())), options(provider, Map.of()));
        }
        return probed(provider, options, model, machine);
    }

    private Selected probed(
            BackendProvider provider, ParameterValues options, Optional<ModelSpec> model, Machine machine) {
        Availability availability = probe(provider, new ProbeRequest(options, model, machine));
        return new Selected(provider, status(provider, availability), options);
    }

    private BackendStatus status(BackendProvider provider, Availability availability) {
        return new BackendStatus(
                provider.id(),
                provider.label(),
                plugins.backends().version(provider.id()),
                availability,
                provider.parameters());
    }

    /** A probe must not throw; one that does all the same says why its backend is not available. */
    private static Availability probe(BackendProvider provider, ProbeRequest request) {
        try {
            return provider.probe(request);
        } catch (RuntimeException | LinkageError e) {
            return Availability.unavailable("its probe failed: " + e);
        }
    }
}
