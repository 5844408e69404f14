package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.cli.internal.text.ParameterText;
import picocli.CommandLine.Model.OptionSpec;

/** A declared parameter as a flag of the command line, with what its owners say of it as help. */
final class ParameterFlag {
    private ParameterFlag() {}

    /** @param owners all who declare a parameter of this name; they need not agree on anything else */
    static OptionSpec option(String name, List<PluginInfo<?>> owners) {
        boolean truth = owners.stream()
                .allMatch(owner -> Declared.parameter(owner, name).type() == Parameter.Type.FLAG);
        OptionSpec.Builder option = OptionSpec.builder("--" + name).description(help(name, owners));
        if (truth) {
            return option.type(Boolean.class).arity("0").negatable(true).build();
        }
        return option.type(String.class)
                .arity("1")
                .paramLabel(label(Declared.parameter(owners.get(0), name)))
                .build();
    }

    /** All that can be typed for it. */
    static Set<String> spellings(OptionSpec option) {
        Set<String> spellings = new LinkedHashSet<>();
        for (String name : option.names()) {
            spellings.add(name);
            if (option.negatable()) {
                spellings.add("--no-" + name.substring(2));
            }
        }
        return spellings;
    }

    private static String label(Parameter parameter) {
        return switch (parameter.type()) {
            case INTEGER -> "N";
            case NUMBER -> "X";
            case CHOICE -> "WORD";
            case TEXT -> "TEXT";
            case FLAG -> "true|false";
        };
    }

    /** What it does, once for all who say the same; range; default; who has it. */
    private static String help(String name, List<PluginInfo<?>> owners) {
        Map<String, List<PluginInfo<?>>> byHelp = new LinkedHashMap<>();
        for (PluginInfo<?> owner : owners) {
            Parameter parameter = Declared.parameter(owner, name);
            String words = ParameterText.of(parameter);
            byHelp.computeIfAbsent(words, key -> new ArrayList<>()).add(owner);
        }
        StringBuilder help = new StringBuilder();
        byHelp.forEach((words, having) -> help.append(help.isEmpty() ? "" : " | ")
                .append(words)
                .append(" [")
                .append(Declared.ids(having))
                .append(']'));
        // Percent and dollar signs and @|…|@ mean something to picocli.
        return help.toString().replace("%", "%%").replace("${", "$ {").replace("@|", "@ |");
    }
}
