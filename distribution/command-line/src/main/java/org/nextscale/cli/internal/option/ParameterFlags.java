package org.nextscale.cli.internal.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A flag of a command for every parameter that plugins declare, and what was typed of them. */
public final class ParameterFlags {
    private final Map<String, OptionSpec> flags = new LinkedHashMap<>();

    /** Adds the flags to a command, whose own options come first: another of the same name is left out. */
    public void addTo(CommandSpec command, List<Plugged> plugins) {
        Plugged.byParameter(plugins)
                .forEach((name, owners) -> add(command, name, ParameterFlag.option(name, owners), flags));
    }

    static void add(CommandSpec command, String name, OptionSpec option, Map<String, OptionSpec> added) {
        if (ParameterFlag.spellings(option).stream().allMatch(flag -> command.findOption(flag) == null)) {
            command.addOption(option);
            added.put(name, option);
        }
    }

    /** The parameters that were typed, as text. */
    public Map<String, String> typed() {
        Map<String, String> typed = new LinkedHashMap<>();
        flags.forEach((name, option) -> {
            if (option.getValue() != null) {
                typed.put(name, option.getValue().toString());
            }
        });
        return typed;
    }
}
