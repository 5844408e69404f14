package org.nextscale.distribution;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.distribution.Distribution.Outcome;

/** The command as a process, started by its script. */
class CommandIT {

    private static final int TERMINATED = 128 + 15;

    @TempDir
    Path folder;

    @Test
    void makesAnImageOfTheBoxedModel() throws Exception {
        Path file = folder.resolve("boot.png");
        Outcome outcome = Distribution.run("generate", "--class", "ankle boot", "--out", file.toString());
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals("", outcome.err());
        assertEquals(32, ImageIO.read(file.toFile()).getWidth());
    }

    @Test
    void makesTheSameImageOnAPlainClassPath() throws Exception {
        Path inContainer = folder.resolve("container.png");
        Path onClassPath = folder.resolve("class-path.png");
        String[] request = {"generate", "--class", "sneaker", "--seed", "5", "--out"};
        Outcome first = Distribution.run(with(request, inContainer.toString()));
        Outcome second = Distribution.run(with(new String[] {"--classpath"}, with(request, onClassPath.toString())));
        assertEquals(0, first.exitCode(), first::toString);
        assertEquals(0, second.exitCode(), second::toString);
        assertArrayEquals(Files.readAllBytes(inContainer), Files.readAllBytes(onClassPath));
    }

    @Test
    void usesTheBackendThatIsConfigured() throws Exception {
        Path file = folder.resolve("boot.png");
        String[] generate = {"generate", "--class", "ankle boot", "--json", "--out", file.toString()};
        String worse = Distribution.other(Distribution.BACKENDS.get(0));
        Outcome byEnvironment = Distribution.run(Map.of("NEXTSCALE_BACKEND", worse), generate);
        assertTrue(byEnvironment.out().contains("\"" + worse), byEnvironment::toString);

        Path settings = Files.createDirectories(folder.resolve("config/nextscale"));
        Files.writeString(settings.resolve("nextscale.properties"), "backend = " + worse + "\n");
        Map<String, String> environment =
                Map.of("XDG_CONFIG_HOME", folder.resolve("config").toString());
        Outcome byFile = Distribution.run(environment, generate);
        assertTrue(byFile.out().contains("\"" + worse), byFile::toString);
        Outcome typed = Distribution.run(environment, with(generate, "--backend", Distribution.BACKENDS.get(0)));
        assertTrue(typed.out().contains("\"" + Distribution.BACKENDS.get(0)), typed::toString);
    }

    @Test
    void listsBackendsInTheContainerAndOnAPlainClassPath() throws Exception {
        for (String container : List.of("felix", "none")) {
            Outcome outcome = Distribution.run(Map.of("NEXTSCALE_CONTAINER", container), "backends");
            assertEquals(0, outcome.exitCode(), outcome::toString);
            List<String> found = outcome.out()
                    .lines()
                    .filter(line -> line.matches("\\w+ [0-9]+\\.[0-9]+\\.[0-9]+[-.\\w]*  .*"))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .toList();
            assertEquals(Distribution.BACKENDS, found, outcome::toString);
        }
    }

    @Test
    void exportsTheBoxedModelInTheContainerAndOnAPlainClassPath() throws Exception {
        for (String container : List.of("felix", "none")) {
            Path out = folder.resolve(container);
            Outcome outcome = Distribution.run(
                    Map.of("NEXTSCALE_CONTAINER", container), "model", "export", "--onnx", "--out", out.toString());
            assertEquals(0, outcome.exitCode(), outcome::toString);
            assertTrue(outcome.out().contains("fashion-32 as onnx, 13 files"), outcome::toString);
            assertTrue(files(out).containsAll(List.of("README.md", "transformer.onnx", "transformer.onnx.data")));
        }
    }

    @Test
    void findsPluginsOnAPlainClassPath() throws Exception {
        Files.copy(Distribution.plugin("sampler"), folder.resolve("sampler-plugin.jar"));
        Map<String, String> environment = Map.of("NEXTSCALE_PLUGINS", folder.toString(), "NEXTSCALE_CONTAINER", "none");
        Outcome outcome = Distribution.run(environment, "samplers");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("typical-p"), outcome::toString);
    }

    @Test
    void listsPluginsAndWhyOneWasRefused() throws Exception {
        Files.copy(Distribution.plugin("sampler"), folder.resolve("sampler-plugin.jar"));
        PluginJar.bundle("tomorrow", "1.0.0")
                .header("Import-Package", "org.nextscale.api.sampling;version=\"[99,100)\"")
                .into(folder, "tomorrow.jar");
        Outcome outcome = Distribution.run(Map.of("NEXTSCALE_PLUGINS", folder.toString()), "plugins");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("org.nextscale.examples.sampler"), outcome::toString);
        assertTrue(outcome.out().contains("needs org.nextscale.api.sampling version [99,100)"), outcome::toString);
        assertTrue(
                outcome.err().contains("nextscale: plugin tomorrow.jar needs org.nextscale.api.sampling version"),
                outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
    }

    @Test
    void endsWithTheExitCodeOfTheCommand() throws Exception {
        assertEquals(0, Distribution.run("--help").exitCode());
        assertEquals(2, Distribution.run("no-such-command").exitCode());
        Outcome outcome = Distribution.run("generate", "--class", "no such class");
        assertEquals(2, outcome.exitCode(), outcome::toString);
        assertEquals(1, outcome.err().lines().count(), outcome::toString);
        assertTrue(outcome.err().startsWith("nextscale: "), outcome::toString);
    }

    @Test
    void saysInALineThatADistributionIsIncomplete() throws Exception {
        Files.createDirectory(folder.resolve("bundles"));
        Outcome outcome = Distribution.run(
                Map.of("NEXTSCALE_JAVA_OPTS", "-Dnextscale.home=" + folder), "generate", "--class", "9");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertEquals(
                "nextscale: the command line did not start: bundles/ holds no component runtime",
                outcome.err().strip());
    }

    @Test
    void namesThePartThatIsMissing() throws Exception {
        Path bundles = Files.createDirectory(folder.resolve("bundles"));
        try (Stream<Path> shipped = Files.list(Distribution.HOME.resolve("bundles"))) {
            for (Path bundle : (Iterable<Path>) shipped::iterator) {
                String name = bundle.getFileName().toString();
                if (!name.startsWith("guice") && !name.contains("backend") && !name.contains("training")) {
                    Files.copy(bundle, bundles.resolve(name));
                }
            }
        }
        Outcome outcome = Distribution.run(
                Map.of("NEXTSCALE_JAVA_OPTS", "-Dnextscale.home=" + folder), "generate", "--class", "9");
        assertEquals(1, outcome.exitCode(), outcome::toString);
        assertTrue(
                outcome.err().contains("bundle org.nextscale.engine needs the package com.google.inject"),
                outcome::toString);
    }

    @Test
    void leavesNothingBehindWhenItIsStopped() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Path images = folder.resolve("images");
        Path said = folder.resolve("said.txt");
        Process process = Distribution.start(
                Map.of("NEXTSCALE_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary),
                said,
                said,
                with(new String[] {"generate", "--class", "all", "-n", "5000", "--batch", "10", "--out"}, images + ""));
        Eventually.holds(() -> !Files.notExists(images) && !files(images).isEmpty(), () -> files(folder));
        assertEquals(1, cacheFolders(temporary).size());

        process.destroy();

        assertTrue(process.waitFor(60, TimeUnit.SECONDS), "ends");
        assertEquals(TERMINATED, process.exitValue());
        assertEquals(List.of(), cacheFolders(temporary));
        assertTrue(
                files(images).stream().allMatch(name -> name.endsWith(".png")), () -> "unfinished: " + files(images));
    }

    @Test
    void sweepsWhatAKilledProcessLeft() throws Exception {
        Path abandoned = Files.createDirectories(folder.resolve("nextscale-felix-1/felix"));
        Files.createFile(abandoned.resolveSibling("lock"));
        Files.setLastModifiedTime(abandoned.getParent(), FileTime.fromMillis(System.currentTimeMillis() - 3_600_000));
        Outcome outcome = Distribution.run(Map.of("NEXTSCALE_JAVA_OPTS", "-Djava.io.tmpdir=" + folder), "--help");
        assertEquals(0, outcome.exitCode(), outcome::toString);
        assertEquals(List.of(), cacheFolders(folder));
    }

    @Test
    void runsThroughALinkFromAFolderWithSpaces() throws Exception {
        Path link = Files.createDirectory(folder.resolve("with a space")).resolve("draw");
        Files.createSymbolicLink(link, Distribution.HOME.resolve("bin/nextscale"));
        Process process = new ProcessBuilder(link.toString(), "--help")
                .redirectOutput(folder.resolve("out.txt").toFile())
                .start();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        Files.delete(link);
        assertEquals(0, process.exitValue());
        assertTrue(Files.readString(folder.resolve("out.txt")).contains("generate"));
    }

    @Test
    void refusesAnOldJavaInALine() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("jdk/bin"));
        Files.createFile(
                bin.resolve("java"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Files.writeString(folder.resolve("jdk/release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"11.0.2\"\n");
        Outcome outcome =
                Distribution.run(Map.of("JAVA_HOME", folder.resolve("jdk").toString()), "--help");
        assertEquals(1, outcome.exitCode());
        assertEquals(
                "nextscale: needs Java 17 or later, and " + bin.resolve("java")
                        + " is 11.0.2: set JAVA_HOME to a later one",
                outcome.err().strip());
    }

    private static String[] with(String[] words, String... more) {
        return Stream.concat(Stream.of(words), Stream.of(more)).toArray(String[]::new);
    }

    private static List<String> cacheFolders(Path temporary) {
        return files(temporary).stream()
                .filter(name -> name.startsWith("nextscale-felix-"))
                .toList();
    }

    private static List<String> files(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
