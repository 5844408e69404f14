package org.nextscale.cli.internal.command.plugin;

import com.google.gson.JsonArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarFile;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.engine.PluginInfo;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.Session;
import org.nextscale.cli.internal.text.Json;
import org.nextscale.cli.internal.text.ParameterJson;
import org.nextscale.cli.internal.text.ParameterText;
import org.nextscale.cli.internal.text.Table;
import org.nextscale.files.FileErrors;
import org.nextscale.files.PrintableText;
import org.nextscale.launcher.program.Refusal;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale plugin check}: what a jar would offer in {@code plugins/}, or why it would not. */
@Command(
        sortOptions = false,
        header = "what a jar would offer as a plugin here, or why it would not load",
        description = {
            "Reads the jar, then starts it beside what is plugged in, looks at what it offers, and removes it again: its code runs.",
            "A plugin of the same symbolic name that is plugged in makes room for it meanwhile. Exit code 0 if it loads and all that",
            "it offers can be used, 1 if not."
        })
final class PluginCheckCommand extends SessionCommand {
    @Parameters(paramLabel = "JAR", description = "the file to check")
    private Path file;

    @Option(names = "--json", description = "answer with one JSON document")
    private boolean json;

    PluginCheckCommand(Session session) {
        super(session);
    }

    /**
     * What was found.
     *
     * @param name symbolic name, and version
     */
    private record Verdict(
            String name, String version, List<PluginInfo<?>> offered, Set<String> problems, List<String> notes) {}

    @Override
    public Integer call() {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + ": is a folder, and a plugin is a jar file");
        }
        if (!Files.exists(file)) {
            throw FileErrors.reading(file, new NoSuchFileException(file.toString()));
        }
        Verdict verdict = verdict();
        if (json) {
            printJson(verdict);
        } else {
            print(verdict);
        }
        return verdict.problems().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private Verdict verdict() {
        try {
            new JarFile(file.toFile()).close();
        } catch (IOException e) {
            return refused(Refusal.ofFile(file, e));
        }
        if (Refusal.isPlain(file)) {
            return refused(Refusal.NOT_A_BUNDLE);
        }
        JarContent content = JarContent.of(file);
        String name = PrintableText.printable(
                content.header(Constants.BUNDLE_SYMBOLICNAME).replaceFirst("\\s*;.*", ""));
        String version = PrintableText.printable(content.header(Constants.BUNDLE_VERSION));
        BundleContext container = PluginTrial.container()
                .orElseThrow(() -> new InvalidInputException(
                        "a jar is checked in the container: leave --classpath or NEXTSCALE_CONTAINER=none out"));
        PluginTrial trial = PluginTrial.of(file, name, container, session().engine());
        Set<String> problems = new LinkedHashSet<>(trial.problems());
        for (String problem : content.problems()) {
            // What one of its plugins failed with needs no saying twice.
            if (trial.problems().stream().noneMatch(said -> said.contains(problem))) {
                problems.add(problem);
            }
        }
        return new Verdict(name, version, trial.offered(), problems, content.notes());
    }

    private static Verdict refused(String why) {
        return new Verdict("", "", List.of(), Set.of(why), List.of());
    }

    private void print(Verdict verdict) {
        console()
                .line(state(verdict) + "  "
                        + (file.getFileName() + "  " + verdict.name() + " " + verdict.version()).strip());
        for (String problem : verdict.problems()) {
            console().line("    " + console().bad(problem.strip().replaceAll("\\s*\\R\\s*", " ")));
        }
        for (PluginInfo<?> each : verdict.offered()) {
            console().line("  " + console().bold(each.label()) + "  " + each.description());
            Table table = new Table("ll");
            for (Parameter parameter : each.parameters()) {
                table.add("      " + parameter.name(), ParameterText.of(parameter));
            }
            table.lines().forEach(console()::line);
        }
        verdict.notes().forEach(note -> console().line("  note: " + note));
    }

    private String state(Verdict verdict) {
        if (verdict.problems().isEmpty()) {
            return console().good("ok");
        }
        return console().bad(verdict.offered().isEmpty() ? "REFUSED" : "PARTLY REFUSED");
    }

    private void printJson(Verdict verdict) {
        JsonArray offered = new JsonArray();
        for (PluginInfo<?> each : verdict.offered()) {
            offered.add(Json.object(
                    "kind", each.kind().toString(),
                    "id", each.id(),
                    "description", each.description(),
                    "parameters", ParameterJson.of(each.parameters())));
        }
        console()
                .json(Json.object(
                        "file", file.toString(),
                        "name", verdict.name(),
                        "version", verdict.version(),
                        "ok", verdict.problems().isEmpty(),
                        "problems", Json.array(new ArrayList<>(verdict.problems())),
                        "notes", Json.array(verdict.notes()),
                        "offers", offered));
    }
}
