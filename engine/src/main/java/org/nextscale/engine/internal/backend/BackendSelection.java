package org.nextscale.engine.internal.backend;

import jakarta.inject.Inject;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.BackendException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.backend.Availability;
import org.nextscale.api.backend.BackendProvider;
import org.nextscale.api.backend.Machine;
import org.nextscale.api.engine.BackendStatus;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.backend.support.DescribedProbe;
import org.nextscale.engine.internal.plugin.PluginRegistry;

/**
 * Which backends serve a choice: the one named, or those that can run the model here with the options asked for, the
 * highest score first.
 */
public final class BackendSelection {
    private static final Comparator<Selected> BEST_FIRST = Comparator.comparingInt(
                    (Selected selected) -> -selected.availability().score())
            .thenComparing(Selected::id);

    private final PluginRegistry plugins;

    /** A backend to open, with its options checked. */
    record Selected(PluginInfo<BackendProvider> info, Availability availability, ParameterValues options)
            implements BackendStatus {
        boolean isAvailable() {
            return availability.isAvailable();
        }

        String reason() {
            return availability.reason();
        }

        /** The reason with the backend's name, which that for a wrong option has already. */
        String line() {
            return reason().startsWith(info.label()) ? reason() : info.label() + ": " + reason();
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
    BackendSelection(PluginRegistry plugins) {
        this.plugins = plugins;
    }

    /** All backends, the best first: with the choice's options those that it may mean, the others as they are by default. */
    public List<BackendStatus> statuses(PluginChoice choice, Optional<ModelSpec> model) {
        Machine machine = DescribedMachine.current();
        return plugins.all(PluginKind.BACKEND).stream()
                .map(info -> {
                    boolean meant = isBest(choice) || choice.id().equals(info.id());
                    return selected(info, meant ? choice.values() : Map.of(), model, machine);
                })
                .sorted(BEST_FIRST)
                .<BackendStatus>map(selected -> selected)
                .toList();
    }

    static boolean isBest(PluginChoice choice) {
        return choice.id().equals(Engine.BEST_BACKEND);
    }

    /**
     * What a choice allows for a model: the one backend it names, or all that take its options and can run the model here.
     *
     * @throws InvalidInputException for an id or option that does not exist
     * @throws BackendException if none can run here, with the reason of each
     */
    Candidates candidates(PluginChoice choice, ModelSpec model) {
        Machine machine = DescribedMachine.current();
        if (!isBest(choice)) {
            PluginInfo<BackendProvider> info = plugins.get(PluginKind.BACKEND, choice.id());
            Selected selected = probed(info, info.values(choice.values()), Optional.of(model), machine);
            if (!selected.isAvailable()) {
                throw new BackendException(info.label() + " cannot run here: " + selected.reason());
            }
            return new Candidates(List.of(selected), List.of());
        }
        List<Selected> all = plugins.all(PluginKind.BACKEND).stream()
                .map(info -> selected(info, choice.values(), Optional.of(model), machine))
                .sorted(BEST_FIRST)
                .toList();
        List<Selected> available = all.stream().filter(Selected::isAvailable).toList();
        if (available.isEmpty()) {
            throw noneOf(all, choice);
        }
        List<String> tooSmall = all.stream()
                .filter(selected -> selected.availability().lacksMemory())
                .map(selected -> selected.info().label() + " is passed over: " + selected.reason())
                .toList();
        return new Candidates(available, tooSmall);
    }

    private static RuntimeException noneOf(List<Selected> all, PluginChoice choice) {
        if (all.isEmpty()) {
            return new BackendException("no backend is plugged in");
        }
        String reasons = all.stream().map(Selected::line).collect(Collectors.joining("; "));
        boolean noneTakesTheOptions = all.stream().allMatch(selected -> !takes(selected.info(), choice.values()));
        return noneTakesTheOptions
                ? new InvalidInputException("no backend can run " + choice + ": " + reasons)
                : new BackendException("no backend can run here: " + reasons);
    }

    private static boolean takes(PluginInfo<BackendProvider> info, Map<String, Object> options) {
        try {
            info.values(options);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }

    /** A backend that does not take the options is not available, and says so; its own are then those by default. */
    private static Selected selected(
            PluginInfo<BackendProvider> info, Map<String, Object> given, Optional<ModelSpec> model, Machine machine) {
        ParameterValues options;
        try {
            options = info.values(given);
        } catch (InvalidInputException e) {
            return new Selected(info, Availability.unavailable(e.getMessage()), info.values(Map.of()));
        }
        return probed(info, options, model, machine);
    }

    private static Selected probed(
            PluginInfo<BackendProvider> info, ParameterValues options, Optional<ModelSpec> model, Machine machine) {
        return new Selected(info, info.plugin().probe(new DescribedProbe(options, model, machine)), options);
    }
}
