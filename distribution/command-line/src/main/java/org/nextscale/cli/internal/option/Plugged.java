package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.export.ModelExporter;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.training.Trainer;
import org.nextscale.engine.Engine;

/**
 * A sampler, a guidance, an exporter or a trainer that was found, asked once for what it says of itself.
 *
 * @param kind {@code "sampler"}, {@code "guidance"}, {@code "exporter"} or {@code "trainer"}
 */
public record Plugged(String kind, String id, String description, List<Parameter> parameters) {

    /** Asks a plugin about itself; what it throws is this plugin's fault and not the command's end. */
    private interface Question {
        Plugged answer();
    }

    /** @param warn is told of plugins that cannot even describe themselves; they are left out */
    public static List<Plugged> samplers(Engine engine, Consumer<String> warn) {
        List<Plugged> found = new ArrayList<>();
        for (TokenSamplerFactory f : engine.samplers()) {
            ask("sampler", f, () -> new Plugged("sampler", f.id(), f.description(), f.parameters()), found, warn);
        }
        return found;
    }

    /** As {@link #samplers}. */
    public static List<Plugged> guidances(Engine engine, Consumer<String> warn) {
        List<Plugged> found = new ArrayList<>();
        for (GuidanceFactory f : engine.guidances()) {
            ask("guidance", f, () -> new Plugged("guidance", f.id(), f.description(), f.parameters()), found, warn);
        }
        return found;
    }

    /** As {@link #samplers}. */
    public static List<Plugged> exporters(Engine engine, Consumer<String> warn) {
        List<Plugged> found = new ArrayList<>();
        for (ModelExporter e : engine.exporters()) {
            ask("exporter", e, () -> new Plugged("exporter", e.id(), e.label(), e.parameters()), found, warn);
        }
        return found;
    }

    /** As {@link #samplers}. */
    public static List<Plugged> trainers(Engine engine, Consumer<String> warn) {
        List<Plugged> found = new ArrayList<>();
        for (Trainer t : engine.trainers()) {
            ask("trainer", t, () -> new Plugged("trainer", t.id(), t.label(), t.parameters()), found, warn);
        }
        return found;
    }

    private static void ask(
            String kind, Object factory, Question question, List<Plugged> found, Consumer<String> warn) {
        try {
            Plugged answer = question.answer();
            found.add(new Plugged(kind, answer.id, answer.description, List.copyOf(answer.parameters)));
        } catch (RuntimeException | LinkageError e) {
            warn.accept(kind + " " + factory.getClass().getName() + " is left out, it does not say what it is: " + e);
        }
    }

    /** The one of this id among {@code all}; {@link InvalidInputException} otherwise. */
    static Plugged find(String kind, String id, List<Plugged> all) {
        for (Plugged plugged : all) {
            if (plugged.id.equals(id)) {
                return plugged;
            }
        }
        throw new InvalidInputException("there is no " + kind + " '" + id + "': "
                + (all.isEmpty() ? "none is plugged in" : "there is " + ids(all)));
    }

    static String ids(List<Plugged> plugged) {
        return String.join(", ", plugged.stream().map(Plugged::id).toList());
    }

    /** The same without one of its parameters, which is then no flag. */
    public Plugged without(String name) {
        return new Plugged(
                kind,
                id,
                description,
                parameters.stream()
                        .filter(parameter -> !parameter.name().equals(name))
                        .toList());
    }

    public boolean declares(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.name().equals(name));
    }

    /** Everybody who declares a parameter, by its name, in the order met. */
    static Map<String, List<Plugged>> byParameter(List<Plugged> all) {
        Map<String, List<Plugged>> owners = new LinkedHashMap<>();
        for (Plugged plugged : all) {
            for (Parameter parameter : plugged.parameters) {
                owners.computeIfAbsent(parameter.name(), name -> new ArrayList<>())
                        .add(plugged);
            }
        }
        return owners;
    }

    Parameter parameter(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow();
    }
}
