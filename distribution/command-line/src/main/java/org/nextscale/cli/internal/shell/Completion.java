package org.nextscale.cli.internal.shell;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginKind;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** What could come next in a line: commands, options, and the values that an option or a command takes. */
public final class Completion {
    private final Function<List<String>, CommandLine> commands;
    private final KnownWords known;

    /** @param commands the program's root command, put together for a line that begins with these words */
    public Completion(Function<List<String>, CommandLine> commands, KnownWords known) {
        this.commands = commands;
        this.known = known;
    }

    /**
     * The words that could stand at the cursor; upper and lower case are the same.
     *
     * @param before the words before it
     * @param begun what of the word itself is typed already
     */
    List<Suggestion> suggestions(List<String> before, String begun) {
        try {
            return all(before, begun).stream()
                    .filter(each -> each.text().regionMatches(true, 0, begun, 0, begun.length()))
                    .toList();
        } catch (InvalidInputException e) {
            return List.of(); // a model that cannot be read, say: the command will tell
        }
    }

    private List<Suggestion> all(List<String> before, String begun) {
        CommandLine command = commands.apply(before);
        int next = 0;
        while (next < before.size() && command.getSubcommands().containsKey(before.get(next))) {
            command = command.getSubcommands().get(before.get(next));
            next++;
        }
        if (!command.getSubcommands().isEmpty()) {
            return next < before.size() ? List.of() : subcommands(command);
        }
        List<String> words = before.subList(next, before.size());
        int equals = begun.indexOf('=');
        if (begun.startsWith("--") && equals > 0) {
            String option = begun.substring(0, equals);
            return values(command.getCommandSpec().findOption(option), words, begun.substring(equals + 1)).stream()
                    .map(value -> new Suggestion(option + "=" + value.text(), value.help(), value.complete()))
                    .toList();
        }
        OptionSpec last = words.isEmpty() ? null : command.getCommandSpec().findOption(words.get(words.size() - 1));
        if (last != null && last.arity().max() > 0 && last.arity().min() > 0) {
            return values(last, words, begun);
        }
        return begun.startsWith("-") ? options(command) : positionals(command, words, begun);
    }

    private static List<Suggestion> subcommands(CommandLine command) {
        Map<String, Suggestion> found = new LinkedHashMap<>();
        command.getSubcommands().forEach((name, subcommand) -> {
            String[] header = subcommand.getCommandSpec().usageMessage().header();
            found.put(name, new Suggestion(name, header.length == 0 ? null : header[0], true));
        });
        return List.copyOf(found.values());
    }

    private static List<Suggestion> options(CommandLine command) {
        List<Suggestion> options = new ArrayList<>();
        for (OptionSpec option : command.getCommandSpec().options()) {
            if (!option.hidden()) {
                options.add(new Suggestion(option.longestName()));
            }
        }
        return options;
    }

    /** What an option takes; the words before it may say of which model. */
    private List<Suggestion> values(OptionSpec option, List<String> words, String begun) {
        if (option == null) {
            return List.of();
        }
        return switch (option.longestName()) {
            case "--class" -> known.classes(valueOf("--model", words));
            case "--backend" -> known.backends();
            case "--model" -> known.models(begun);
            case "--sampler" -> known.plugins(PluginKind.SAMPLER);
            case "--guidance" -> known.plugins(PluginKind.GUIDANCE);
            default -> valuesByType(option, begun);
        };
    }

    private List<Suggestion> valuesByType(ArgSpec argument, String begun) {
        if (argument.completionCandidates() != null) {
            List<Suggestion> candidates = new ArrayList<>();
            argument.completionCandidates().forEach(text -> candidates.add(new Suggestion(text)));
            return candidates;
        }
        boolean file = Path.class.equals(argument.auxiliaryTypes()[0])
                || argument.paramLabel().equals("TEXT");
        return file ? known.files(begun) : List.of();
    }

    private List<Suggestion> positionals(CommandLine command, List<String> words, String begun) {
        if (command.getCommandName().equals("use")) {
            return words.isEmpty()
                    ? Stream.concat(Stream.of(new Suggestion("model")), known.backends().stream())
                            .toList()
                    : words.equals(List.of("model")) ? known.models(begun) : List.of();
        }
        List<Suggestion> all = new ArrayList<>();
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            boolean model = parameter.paramLabel().contains("PACKAGE");
            all.addAll(model ? known.models(begun) : valuesByType(parameter, begun));
        }
        return all;
    }

    private static String valueOf(String option, List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (words.get(i).equals(option) && i + 1 < words.size()) {
                return words.get(i + 1);
            }
            if (words.get(i).startsWith(option + "=")) {
                return words.get(i).substring(option.length() + 1);
            }
        }
        return null;
    }
}
