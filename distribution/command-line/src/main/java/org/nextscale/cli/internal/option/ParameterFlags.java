package org.nextscale.cli.internal.option;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.engine.PluginInfo;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** A flag of a command for every parameter that plugins declare, and what was typed of them. */
public final class ParameterFlags {
    private final Map<String, OptionSpec> flags = new LinkedHashMap<>();

    /**
     * Adds the flags to a command, whose own options come first: another of the same name is left out.
     *
     * @param without names of parameters that the command says in another way
     */
    public void addTo(CommandSpec command, Collection<? extends PluginInfo<?>> plugins, String... without) {
        Declared.byName(plugins).forEach((name, owners) -> {
            if (!List.of(without).contains(name)) {
                option(command, List.of(), name, owners).ifPresent(command::addOption);
            }
        });
    }

    /**
     * The flag of a parameter, to be added to the command.
     *
     * @param taken flags that the command will have
     * @return empty if the command, or another parameter, has one of its spellings already
     */
    Optional<OptionSpec> option(
            CommandSpec command, Collection<String> taken, String name, List<PluginInfo<?>> owners) {
        OptionSpec option = ParameterFlag.option(name, owners);
        for (String flag : ParameterFlag.spellings(option)) {
            boolean free = !taken.contains(flag)
                    && command.findOption(flag) == null
                    && flags.values().stream()
                            .noneMatch(other -> ParameterFlag.spellings(other).contains(flag));
            if (!free) {
                return Optional.empty();
            }
        }
        flags.put(name, option);
        return Optional.of(option);
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
