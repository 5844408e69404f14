package org.nextscale.cli.internal.command.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.nextscale.cli.internal.command.SessionCommand;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.ProgramVersion;
import org.nextscale.cli.internal.session.Session;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code nextscale plugin new}: a project for a plugin. */
@Command(
        sortOptions = false,
        header = "begin a plugin: a Maven project that builds and tests itself",
        description = {
            "The project is the example of its kind in your names: at first the plugin does what the example does. Its test extends",
            "the suite that says whether plugins of this kind keep their promises. To build it takes a JDK (17 or later) and Maven;",
            "what it needs of Nextscale is in the folder repository of this installation, or in its plugin add-on."
        },
        footer = {
            "",
            "Examples:",
            "  nextscale plugin new sampler top-a",
            "  nextscale plugin new backend vulkan --package com.example.vulkan"
        })
final class PluginNewCommand extends SessionCommand {
    private static final String HOME = "nextscale.home";

    @Parameters(
            index = "0",
            paramLabel = "KIND",
            description = "sampler, guidance, tokenizer, backend, exporter, feature-network, trainer or image-set")
    private String kind;

    @Parameters(
            index = "1",
            paramLabel = "NAME",
            description = "what the plugin is asked for by: lower-case words joined by hyphens")
    private String name;

    @Option(
            names = "--package",
            paramLabel = "PACKAGE",
            description = "of its classes (default: org.example and the name)")
    private String packageName;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "where to write it (default: a folder of its name, here)")
    private Path out;

    PluginNewCommand(Session session) {
        super(session);
    }

    @Override
    public Integer call() {
        ProjectNames wanted = ProjectNames.of(ProjectKind.parse(kind), name, packageName);
        Optional<Path> home = Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
        Optional<Path> repository = home.map(folder -> folder.resolve("repository"));
        PluginProject project = PluginProject.of(
                wanted,
                repository.map(folder -> ProgramVersion.text()),
                repository.map(folder -> folder.toAbsolutePath().toUri()));
        Path folder = out == null ? Path.of(name) : out;
        project.write(folder);
        if (session().engine().find(wanted.kind().kind(), name).isPresent()) {
            console()
                    .warn("there is a " + wanted.kind().kind() + " " + name
                            + " here already: of two of one name the second is refused");
        }
        if (repository.isEmpty()) {
            console().warn("this program is not installed: the project is built where Maven finds nextscale-api");
        } else if (!Files.isDirectory(repository.get())) {
            console()
                    .warn(
                            "what the project is built with is not here: unpack the plugin add-on, nextscale-plugins-addon-"
                                    + ProgramVersion.text() + ".tar.gz, over this installation");
        }
        print(
                project.names(),
                folder,
                home.map(each -> each.resolve("plugins").toString()).orElse("PLUGINS"));
        return ExitCode.OK;
    }

    private void print(ProjectNames names, Path folder, String plugins) {
        console()
                .line("wrote " + console().bold(folder.toString()) + ": the "
                        + names.kind().kind() + " " + names.id()
                        + ", which does what the example does until you change " + names.base() + ".java");
        console().line("");
        console().line("  cd " + quoted(folder.toString()));
        console().line("  mvn package");
        console().line("  nextscale plugin check " + names.jar());
        console().line("  cp " + names.jar() + " " + quoted(plugins));
        names.kind().uses(names.id()).forEach(use -> console().line("  " + use));
    }

    /** Fit for a shell. */
    private static String quoted(String word) {
        return word.matches("[\\w./:\\\\~+@%=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
