package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.engine.PluginKind;
import org.nextscale.api.generation.GenerationRequest;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.TokenSamplerProvider;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code --sampler}, {@code --guidance}, and a flag for every parameter that any sampler or guidance declares about itself:
 * what is plugged in decides what can be typed. A flag goes to the chosen sampler and the chosen guidance, whichever has a
 * parameter of that name (if both have, to both).
 */
public final class SamplingOptions {
    private static final String DEFAULT_SAMPLER = GenerationRequest.DEFAULT_SAMPLER.id();
    private static final String DEFAULT_GUIDANCE = GenerationRequest.DEFAULT_GUIDANCE.id();
    private static final String SMOOTH = "smooth";
    private static final String NO_GUIDANCE = "none";

    private final List<PluginInfo<TokenSamplerProvider>> samplers;
    private final List<PluginInfo<GuidanceProvider>> guidances;
    private final ParameterFlags flags = new ParameterFlags();
    private OptionSpec sampler;
    private OptionSpec guidance;
    private OptionSpec smooth;

    /** What a request is told. */
    public record Sampling(PluginChoice sampler, PluginChoice guidance) {}

    /** The samplers and guidances that are plugged in. */
    public SamplingOptions(Engine engine) {
        this(engine.plugins(PluginKind.SAMPLER), engine.plugins(PluginKind.GUIDANCE));
    }

    SamplingOptions(List<PluginInfo<TokenSamplerProvider>> samplers, List<PluginInfo<GuidanceProvider>> guidances) {
        this.samplers = samplers;
        this.guidances = guidances;
    }

    /** Adds the options to a command, whose own come first: a parameter whose flag is taken can be said in {@code --sampler}. */
    public void addTo(CommandSpec command) {
        sampler = word(
                "--sampler",
                "ID",
                "how tokens are drawn: " + Declared.ids(samplers) + " (default: " + DEFAULT_SAMPLER
                        + "); parameters may follow, ID:name=value,...");
        guidance = word(
                "--guidance",
                "ID",
                "how the class is pressed for: " + Declared.ids(guidances) + " (default: " + DEFAULT_GUIDANCE
                        + "); parameters may follow");
        smooth = OptionSpec.builder("--smooth")
                .type(Boolean.class)
                .arity("0")
                .description("the same as --sampler " + SMOOTH)
                .build();
        ArgGroupSpec.Builder ofSamplers = group("%nSampling:%n", 20);
        ofSamplers.addArg(sampler).addArg(smooth);
        ArgGroupSpec.Builder ofGuidances = group("%nGuidance:%n", 21);
        ofGuidances.addArg(guidance);
        Map<String, List<PluginInfo<?>>> samplersBy = Declared.byName(samplers);
        Map<String, List<PluginInfo<?>>> guidancesBy = Declared.byName(guidances);
        samplersBy.forEach((name, owners) -> {
            List<PluginInfo<?>> all = new ArrayList<>(owners);
            all.addAll(guidancesBy.getOrDefault(name, List.of()));
            addFlag(command, ofSamplers, name, all);
        });
        guidancesBy.forEach((name, owners) -> {
            if (!samplersBy.containsKey(name)) {
                addFlag(command, ofGuidances, name, owners);
            }
        });
        command.addArgGroup(ofSamplers.build());
        command.addArgGroup(ofGuidances.build());
    }

    private static ArgGroupSpec.Builder group(String heading, int order) {
        return ArgGroupSpec.builder()
                .heading(heading)
                .validate(false)
                .exclusive(false)
                .order(order);
    }

    private static OptionSpec word(String name, String label, String help) {
        return OptionSpec.builder(name)
                .type(String.class)
                .paramLabel(label)
                .description(help)
                .build();
    }

    private void addFlag(CommandSpec command, ArgGroupSpec.Builder group, String name, List<PluginInfo<?>> owners) {
        List<String> fixed = List.of("--sampler", "--guidance", "--smooth");
        flags.option(command, fixed, name, owners).ifPresent(group::addArg);
    }

    /**
     * What was chosen, every value checked.
     *
     * @param earlier how an image was made that is to be made again; what was typed comes first
     * @param conditional whether any image has a class; without one there is nothing to guide to, and half the work is saved
     * @throws InvalidInputException for an unknown id, a flag that none of the chosen has, a value out of range
     */
    public Sampling sampling(Optional<Sampling> earlier, boolean conditional) {
        Map<String, String> given = flags.typed();
        PluginChoice wantedSampler = wantedSampler(earlier);
        PluginChoice wantedGuidance = wantedGuidance(earlier, conditional, given);
        PluginInfo<?> chosenSampler = find(samplers, "sampler", wantedSampler.id(), earlier.map(Sampling::sampler));
        PluginInfo<?> chosenGuidance =
                find(guidances, "guidance", wantedGuidance.id(), earlier.map(Sampling::guidance));
        for (String name : given.keySet()) {
            if (!Declared.by(chosenSampler, name) && !Declared.by(chosenGuidance, name)) {
                throw nobodyHas(name, chosenSampler, chosenGuidance);
            }
        }
        return new Sampling(
                choice(chosenSampler, wantedSampler, earlier.map(Sampling::sampler), given),
                choice(chosenGuidance, wantedGuidance, earlier.map(Sampling::guidance), given));
    }

    /** @param earlier what an image was made with, which may have been unplugged since */
    private static PluginInfo<?> find(
            List<? extends PluginInfo<?>> plugins, String kind, String id, Optional<PluginChoice> earlier) {
        for (PluginInfo<?> each : plugins) {
            if (each.id().equals(id)) {
                return each;
            }
        }
        if (earlier.isPresent() && earlier.get().id().equals(id)) {
            throw new InvalidInputException("the image was made with " + kind + " '" + id
                    + "', which is not plugged in: add its plugin, or choose another with --" + kind + " ("
                    + Declared.ids(plugins) + ")");
        }
        throw new InvalidInputException("there is no " + kind + " '" + id + "'; "
                + (plugins.isEmpty() ? "none is plugged in" : "there is " + Declared.ids(plugins)));
    }

    private PluginChoice wantedSampler(Optional<Sampling> earlier) {
        String typed = sampler.getValue();
        if (smooth.getValue() != null) {
            if (typed != null && !PluginChoice.parse("sampler", typed).id().equals(SMOOTH)) {
                throw new InvalidInputException("--smooth means --sampler smooth: leave one of the two out");
            }
            typed = typed == null ? SMOOTH : typed;
        }
        return typed == null
                ? PluginChoice.of(earlier.map(made -> made.sampler().id()).orElse(DEFAULT_SAMPLER))
                : PluginChoice.parse("sampler", typed);
    }

    private PluginChoice wantedGuidance(Optional<Sampling> earlier, boolean conditional, Map<String, String> given) {
        String typed = guidance.getValue();
        if (typed != null) {
            return PluginChoice.parse("guidance", typed);
        }
        boolean aboutGuidance =
                given.keySet().stream().anyMatch(name -> guidances.stream().anyMatch(g -> Declared.by(g, name)));
        boolean noneIsThere = guidances.stream().anyMatch(g -> g.id().equals(NO_GUIDANCE));
        return PluginChoice.of(
                !conditional && !aboutGuidance && noneIsThere
                        ? NO_GUIDANCE
                        : earlier.map(made -> made.guidance().id()).orElse(DEFAULT_GUIDANCE));
    }

    /** Flags before what follows an id, and that before how an image was made. */
    private static PluginChoice choice(
            PluginInfo<?> plugin, PluginChoice wanted, Optional<PluginChoice> earlier, Map<String, String> given) {
        Map<String, Object> values = new HashMap<>();
        earlier.ifPresent(made -> putDeclared(plugin, made.values(), values));
        values.putAll(wanted.values());
        putDeclared(plugin, given, values);
        return PluginChoice.of(plugin.id(), plugin.values(values).asMap());
    }

    private static void putDeclared(PluginInfo<?> plugin, Map<String, ?> given, Map<String, Object> target) {
        given.forEach((name, value) -> {
            if (Declared.by(plugin, name)) {
                target.put(name, value);
            }
        });
    }

    /** {@code --tau: sampler multinomial has no such parameter, sampler smooth has; add --sampler smooth}. */
    private InvalidInputException nobodyHas(String name, PluginInfo<?> chosenSampler, PluginInfo<?> chosenGuidance) {
        List<PluginInfo<?>> owners = new ArrayList<>();
        samplers.stream().filter(each -> Declared.by(each, name)).forEach(owners::add);
        guidances.stream().filter(each -> Declared.by(each, name)).forEach(owners::add);
        boolean allSamplers = owners.stream().allMatch(each -> each.kind() == PluginKind.SAMPLER);
        boolean allGuidances = owners.stream().allMatch(each -> each.kind() == PluginKind.GUIDANCE);
        StringBuilder message = new StringBuilder("--" + name + ": ");
        message.append(allGuidances ? chosenGuidance.label() : chosenSampler.label());
        message.append(allSamplers || allGuidances ? " has" : " and " + chosenGuidance.label() + " have");
        message.append(" no such parameter; ");
        for (int i = 0; i < owners.size(); i++) {
            message.append(i == 0 ? "" : i == owners.size() - 1 ? " and " : ", ");
            message.append(owners.get(i).label());
        }
        message.append(owners.size() == 1 ? " has" : " have");
        if (owners.size() == 1) {
            message.append(": add --")
                    .append(owners.get(0).kind())
                    .append(' ')
                    .append(owners.get(0).id());
        }
        return new InvalidInputException(message.toString());
    }
}
