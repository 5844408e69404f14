package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.Choice;
import org.nextscale.api.parameter.Parameter;
import org.nextscale.api.parameter.ParameterValues;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * {@code --sampler}, {@code --guidance}, and a flag for every parameter that any sampler or guidance declares about itself:
 * what is plugged in decides what can be typed. A flag goes to the chosen sampler and the chosen guidance, whichever has a
 * parameter of that name (if both have, to both).
 */
public final class SamplingOptions {
    private static final String DEFAULT_SAMPLER = "multinomial";
    private static final String DEFAULT_GUIDANCE = "ramp";
    private static final String SMOOTH = "smooth";
    private static final String NO_GUIDANCE = "none";

    private final List<Plugged> samplers;
    private final List<Plugged> guidances;
    private final Map<String, OptionSpec> flags = new LinkedHashMap<>();
    private OptionSpec sampler;
    private OptionSpec guidance;
    private OptionSpec smooth;

    /** What was said: flags by parameter, and who was chosen. */
    private record Said(Map<String, String> flags, Plugged sampler, Plugged guidance) {}

    /**
     * What a request is told.
     */
    public record Sampling(Choice sampler, Choice guidance) {}

    public SamplingOptions(List<Plugged> samplers, List<Plugged> guidances) {
        this.samplers = samplers;
        this.guidances = guidances;
    }

    /** Adds the options to a command, whose own come first: a parameter whose flag is taken can be said in {@code --sampler}. */
    public void addTo(CommandSpec command) {
        sampler = word(
                "--sampler",
                "ID",
                "how tokens are drawn: " + Plugged.ids(samplers) + " (default: " + DEFAULT_SAMPLER
                        + "); parameters may follow, ID:name=value,...");
        guidance = word(
                "--guidance",
                "ID",
                "how the class is pressed for: " + Plugged.ids(guidances) + " (default: " + DEFAULT_GUIDANCE
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
        Map<String, List<Plugged>> samplersBy = Plugged.byParameter(samplers);
        Map<String, List<Plugged>> guidancesBy = Plugged.byParameter(guidances);
        samplersBy.forEach((name, owners) -> {
            List<Plugged> all = new ArrayList<>(owners);
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

    private void addFlag(CommandSpec command, ArgGroupSpec.Builder group, String name, List<Plugged> owners) {
        OptionSpec option = ParameterFlag.option(name, owners);
        List<String> fixed = List.of("--sampler", "--guidance", "--smooth");
        for (String flag : ParameterFlag.spellings(option)) {
            if (fixed.contains(flag)
                    || command.findOption(flag) != null
                    || flags.values().stream()
                            .anyMatch(o -> ParameterFlag.spellings(o).contains(flag))) {
                return;
            }
        }
        flags.put(name, option);
        group.addArg(option);
    }

    /**
     * What was chosen, every value checked.
     *
     * @param earlier how an image was made that is to be made again; what was typed comes first. May be {@code null}
     * @param conditional whether any image has a class; without one there is nothing to guide to, and half the work is saved
     * @throws InvalidInputException for an unknown id, a flag that none of the chosen has, a value out of range
     */
    public Sampling sampling(Sampling earlier, boolean conditional) {
        ChoiceText samplerText = samplerText(earlier);
        Map<String, String> given = givenFlags();
        ChoiceText guidanceText = guidanceText(earlier, conditional, given);
        if (earlier != null) {
            requirePluggedIn("sampler", earlier.sampler().id(), samplerText.id(), samplers);
            requirePluggedIn("guidance", earlier.guidance().id(), guidanceText.id(), guidances);
        }
        Plugged chosenSampler = Plugged.find("sampler", samplerText.id(), samplers);
        Plugged chosenGuidance = Plugged.find("guidance", guidanceText.id(), guidances);
        Said said = new Said(given, chosenSampler, chosenGuidance);
        for (String name : given.keySet()) {
            if (!chosenSampler.declares(name) && !chosenGuidance.declares(name)) {
                throw nobodyHas(name, said);
            }
        }
        return new Sampling(
                choice(chosenSampler, samplerText, earlier == null ? null : earlier.sampler(), given),
                choice(chosenGuidance, guidanceText, earlier == null ? null : earlier.guidance(), given));
    }

    /** What an image was made with, if that is what is wanted again, may have been unplugged since. */
    private static void requirePluggedIn(String kind, String earlier, String wanted, List<Plugged> all) {
        if (wanted.equals(earlier)
                && all.stream().noneMatch(plugged -> plugged.id().equals(wanted))) {
            throw new InvalidInputException("the image was made with " + kind + " '" + wanted
                    + "', which is not plugged in: add its plugin, or choose another with --" + kind + " ("
                    + Plugged.ids(all) + ")");
        }
    }

    private ChoiceText samplerText(Sampling earlier) {
        String typed = sampler.getValue();
        if (smooth.getValue() != null) {
            if (typed != null && !ChoiceText.parse("sampler", typed).id().equals(SMOOTH)) {
                throw new InvalidInputException("--smooth means --sampler smooth: leave one of the two out");
            }
            typed = typed == null ? SMOOTH : typed;
        }
        if (typed == null) {
            typed = earlier == null ? DEFAULT_SAMPLER : earlier.sampler().id();
        }
        return ChoiceText.parse("sampler", typed);
    }

    private ChoiceText guidanceText(Sampling earlier, boolean conditional, Map<String, String> given) {
        String typed = guidance.getValue();
        if (typed == null) {
            boolean aboutGuidance =
                    given.keySet().stream().anyMatch(name -> guidances.stream().anyMatch(g -> g.declares(name)));
            boolean noneIsThere = guidances.stream().anyMatch(g -> g.id().equals(NO_GUIDANCE));
            if (!conditional && !aboutGuidance && noneIsThere) {
                typed = NO_GUIDANCE;
            } else {
                typed = earlier == null ? DEFAULT_GUIDANCE : earlier.guidance().id();
            }
        }
        return ChoiceText.parse("guidance", typed);
    }

    private Map<String, String> givenFlags() {
        Map<String, String> given = new LinkedHashMap<>();
        flags.forEach((name, option) -> {
            Object value = option.getValue();
            if (value != null) {
                given.put(name, value.toString());
            }
        });
        return given;
    }

    private static Choice choice(Plugged plugged, ChoiceText text, Choice earlier, Map<String, String> given) {
        Map<String, Object> values = new HashMap<>();
        if (earlier != null) {
            earlier.values().forEach((name, value) -> {
                if (plugged.declares(name)) {
                    values.put(name, value);
                }
            });
        }
        values.putAll(text.values());
        given.forEach((name, value) -> {
            if (plugged.declares(name)) {
                values.put(name, value);
            }
        });
        List<Parameter> parameters = plugged.parameters();
        ParameterValues checked = ParameterValues.of(plugged.kind() + " " + plugged.id(), parameters, values);
        return new Choice(plugged.id(), checked.asMap());
    }

    /** {@code --tau: sampler multinomial has no such parameter, sampler smooth has; add --sampler smooth}. */
    private InvalidInputException nobodyHas(String name, Said said) {
        List<Plugged> owners =
                new ArrayList<>(samplers.stream().filter(p -> p.declares(name)).toList());
        owners.addAll(guidances.stream().filter(p -> p.declares(name)).toList());
        boolean allSamplers = owners.stream().allMatch(p -> p.kind().equals("sampler"));
        boolean allGuidances = owners.stream().allMatch(p -> p.kind().equals("guidance"));
        StringBuilder message = new StringBuilder("--" + name + ": ");
        message.append(allGuidances ? "guidance " + said.guidance.id() : "sampler " + said.sampler.id());
        if (!allSamplers && !allGuidances) {
            message.append(" and guidance ").append(said.guidance.id()).append(" have");
        } else {
            message.append(" has");
        }
        message.append(" no such parameter; ");
        for (int i = 0; i < owners.size(); i++) {
            message.append(i == 0 ? "" : i == owners.size() - 1 ? " and " : ", ");
            message.append(owners.get(i).kind())
                    .append(' ')
                    .append(owners.get(i).id());
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
