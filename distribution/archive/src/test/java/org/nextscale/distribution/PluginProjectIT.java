package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.distribution.Distribution.Outcome;

/** From {@code nextscale plugin new} to a plugin in use, with nothing but the installation and what Maven finds elsewhere. */
class PluginProjectIT {
    private static final String IMPORTS = "org.nextscale.api.model;version=\"[1,2)\","
            + "org.nextscale.api.plugin;version=\"[1,2)\",org.nextscale.api.sampling;version=\"[1,2)\"";
    private static final Path DOWNLOADED = Path.of(System.getProperty("nextscale.pluginProjects"));
    private static final long SECONDS = 60;
    private static final long BUILD_SECONDS = 300;

    @TempDir
    Path folder;

    private final List<String> lines = new ArrayList<>();

    private Path project(String kind) {
        return folder.resolve("projects").resolve(kind);
    }

    private Path jar(String kind) {
        return project(kind).resolve("target/own-" + kind + "-0.1.0-SNAPSHOT.jar");
    }

    private Outcome shell(Path plugins) throws IOException, InterruptedException {
        String input = String.join("\n", lines) + "\n";
        lines.clear();
        return Distribution.runWithInput(Map.of("NEXTSCALE_PLUGINS", plugins.toString()), input, "shell");
    }

    @Test
    void everyKindIsBuiltCheckedAndUsed() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        for (String kind : Distribution.PLUGINS) {
            lines.add("plugin new " + kind + " own-" + kind + " --out " + project(kind));
        }
        Outcome made = shell(plugins);
        assertEquals("", made.err());

        build();

        Distribution.PLUGINS.forEach(kind -> lines.add("plugin check " + jar(kind)));
        Outcome checked = shell(plugins);
        assertEquals(0, checked.exitCode(), checked::toString);
        for (String kind : Distribution.PLUGINS) {
            assertTrue(
                    checked.out().contains("ok  own-" + kind + "-0.1.0-SNAPSHOT.jar  org.example.own"),
                    checked::toString);
            assertTrue(
                    checked.out().contains("\n  " + kind.replace('-', ' ') + " own-" + kind + "  "), checked::toString);
        }

        for (String kind : Distribution.PLUGINS) {
            Files.copy(jar(kind), plugins.resolve(jar(kind).getFileName()));
        }
        lines.add("generate --class 0 --sampler own-sampler --guidance own-guidance --backend own-backend --out "
                + folder.resolve("own.png"));
        lines.add("model export --own-exporter --out " + folder.resolve("exported"));
        // The jar that is plugged in makes room for itself, and is there again afterwards.
        lines.add("plugin check " + jar("sampler"));
        lines.add("generate --class 0 --sampler own-sampler --out " + folder.resolve("again.png"));
        Outcome used = shell(plugins);
        assertEquals(0, used.exitCode(), used::toString);
        assertEquals("", used.err());
        for (String written : List.of("own.png", "again.png", "exported/transformer.npz")) {
            assertTrue(Files.size(folder.resolve(written)) > 0, written);
        }
    }

    /** All projects at once, with a repository of their own to download into: what an earlier build made is not in it. */
    private void build() throws Exception {
        Path pom = folder.resolve("projects/pom.xml");
        StringBuilder modules = new StringBuilder();
        Distribution.PLUGINS.forEach(
                kind -> modules.append("<module>").append(kind).append("</module>"));
        Files.writeString(pom, """
                <project>
                  <modelVersion>4.0.0</modelVersion>
                  <groupId>org.example</groupId>
                  <artifactId>projects</artifactId>
                  <version>1</version>
                  <packaging>pom</packaging>
                  <modules>%s</modules>
                </project>
                """.formatted(modules));
        Path commands = commands();
        run(BUILD_SECONDS, commands, commands.resolve("mvn").toString(), "-f", pom.toString(), "package");
    }

    /** A folder of {@code mvn} and {@code nextscale} as a person has them on the path; nothing is downloaded that can be copied. */
    private Path commands() throws IOException {
        String usedAlready =
                Path.of(System.getProperty("nextscale.localRepository")).toUri().toString();
        Path settings = Files.writeString(
                folder.resolve("settings.xml"),
                Files.readString(Path.of("src/test/maven/settings.xml")).replace("@localRepositoryUrl@", usedAlready));
        delete(DOWNLOADED.resolve("org/nextscale"));
        Path commands = Files.createDirectory(folder.resolve("commands"));
        Path maven = Path.of(System.getProperty("nextscale.maven"), "bin", "mvn");
        script(
                commands.resolve("mvn"),
                maven + " -o -B -q -gs " + settings + " -Dmaven.repo.local=" + DOWNLOADED
                        + " -Daether.offline.protocols=file");
        script(
                commands.resolve("nextscale"),
                Distribution.HOME.resolve("bin/nextscale").toString());
        return commands;
    }

    private static void script(Path file, String command) throws IOException {
        Files.writeString(file, "#!/bin/sh\nexec " + command + " \"$@\"\n");
        assertTrue(file.toFile().setExecutable(true));
    }

    /** The page's commands exactly as they are there, from an empty folder to an image. */
    @Test
    void thePageIsTrue() throws Exception {
        Path page = Path.of(System.getProperty("nextscale.root"), "docs", "plugins.md");
        Matcher block = Pattern.compile("(?ms)^```sh\\R(.*?)^```$").matcher(Files.readString(page));
        assertTrue(block.find(), "a block of commands");
        String said = run(BUILD_SECONDS, commands(), "sh", "-e", "-x", "-c", block.group(1));
        assertTrue(said.contains("ok  top-a-0.1.0-SNAPSHOT.jar  org.example.topa"), said);
        assertTrue(Files.size(folder.resolve("top-a/ankle-boot-seed0.png")) > 0, said);
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }

    /** In the words that {@code nextscale plugins} has for the same jar. */
    @Test
    void whatWouldNotLoadSaysWhy() throws Exception {
        Path plugins = Files.createDirectory(folder.resolve("plugins"));
        PluginJar.bundle("first", "1.0.0")
                .component(FixedSamplerProvider.class, TokenSamplerProvider.class)
                .header("Import-Package", IMPORTS)
                .into(plugins, "first.jar");
        Path jars = Files.createDirectory(folder.resolve("jars"));
        PluginJar.bundle("second", "1.0.0")
                .component(FixedSamplerProvider.class, TokenSamplerProvider.class)
                .header("Import-Package", IMPORTS)
                .into(jars, "twin.jar");
        PluginJar.bundle("empty", "1.0.0").into(jars, "empty.jar");
        PluginJar.bundle("snapshot", "1.0-SNAPSHOT").into(jars, "snapshot.jar");
        PluginJar.bundle("lonely", "1.0.0")
                .header("Import-Package", "com.example.absent")
                .into(jars, "lonely.jar");
        PluginJar.bundle("tomorrow", "1.0.0")
                .header("Import-Package", "org.nextscale.api.sampling;version=\"[99,100)\"")
                .into(jars, "tomorrow.jar");
        PluginJar.bundle("fails", "1.0.0")
                .component(StillbornSamplerProvider.class, TokenSamplerProvider.class)
                .header("Import-Package", IMPORTS)
                .into(jars, "fails.jar");
        PluginJar.bundle("forgetful", "1.0.0")
                .component(FixedSamplerProvider.class, TokenSamplerProvider.class)
                .into(jars, "forgetful.jar");
        List<String> names = List.of("twin", "empty", "snapshot", "lonely", "tomorrow", "fails", "forgetful");
        names.forEach(name -> lines.add("plugin check " + jars.resolve(name + ".jar")));
        lines.add("plugins");
        Outcome outcome = shell(plugins);
        assertEquals(1, outcome.exitCode(), outcome::toString);

        List<String> said = outcome.out().lines().map(String::strip).toList();
        assertEquals(
                names.size(),
                said.stream().filter(line -> line.startsWith("REFUSED")).count(),
                outcome::toString);
        String fixed = FixedSamplerProvider.class.getName();
        String needs =
                "needs the class " + TokenSamplerProvider.class.getName() + ", which its jar neither holds nor imports:"
                        + " build it with bnd-maven-plugin, as examples/plugins do";
        for (String line : List.of(
                "sampler " + fixed + " has the id typical, which " + fixed + " has already",
                "offers nothing: its manifest names no component (Service-Component): mark its class with @Component and build"
                        + " it with bnd-maven-plugin, as examples/plugins do",
                "cannot be installed: its Bundle-Version is \"1.0-SNAPSHOT\", which is not of the form 1.2.3 or 1.2.3.word;"
                        + " bnd-maven-plugin writes such",
                "needs the package com.example.absent, which nothing here exports",
                "sampler " + StillbornSamplerProvider.class.getName()
                        + " of fails.jar cannot be made: IllegalStateException: I do not want to live",
                "sampler " + fixed + " of forgetful.jar cannot be made: " + needs)) {
            assertTrue(said.contains(line), () -> line + "\n" + outcome);
        }
        assertTrue(
                said.stream()
                        .anyMatch(line -> line.startsWith("needs org.nextscale.api.sampling version [99,100), this")),
                outcome::toString);
        // What was tried has gone.
        assertEquals(1, said.stream().filter(line -> line.startsWith("active")).count(), outcome::toString);
    }

    /** What projects are built with is an archive of its own. */
    @Test
    void withoutThePluginAddOnItsNameIsSaid() throws Exception {
        Path archive = Path.of(System.getProperty("nextscale.archive") + ".tar.gz");
        Path addOn = Path.of(System.getProperty("nextscale.pluginsAddon") + ".tar.gz");
        Path home = folder.resolve(archive.getFileName().toString().replace(".tar.gz", ""));
        run("tar", "xzf", archive.toString());
        String command = home.resolve("bin/nextscale").toString();
        String said = run(command, "plugin", "new", "sampler", "early");
        assertTrue(said.contains("unpack the plugin add-on, " + addOn.getFileName() + ", over"), said);

        run("tar", "xzf", addOn.toString());
        said = run(command, "plugin", "new", "sampler", "late");
        assertTrue(!said.contains("add-on"), said);
        assertTrue(
                Files.readString(folder.resolve("late/pom.xml"))
                        .contains(home.resolve("repository").toUri() + "</"),
                said);
    }

    private String run(String... command) throws Exception {
        return run(SECONDS, folder, command);
    }

    /** @param path comes first on the command's path */
    private String run(long seconds, Path path, String... command) throws Exception {
        Map<String, String> environment =
                Map.of("HOME", folder.toString(), "PATH", path + File.pathSeparator + System.getenv("PATH"));
        return Distribution.said(0, seconds, folder, environment, command);
    }
}
