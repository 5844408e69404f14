package org.nextscale.cli.internal.command.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.session.ExitCode;

class PluginCommandsTest {
    @TempDir
    static Path shared;

    private static Trial trial;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        trial = new Trial(shared);
    }

    private List<String> written() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aProjectIsWrittenAndWhatToDoNextIsSaid() throws IOException {
        Path out = folder.resolve("my project");
        Trial.Outcome outcome = trial.run("plugin", "new", "sampler", "top-a", "--out", out + "");
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome.err());
        assertTrue(outcome.err().startsWith("nextscale: warning: this program is not installed: "), outcome.err());
        assertTrue(outcome.out().contains("\n  cd '" + out + "'\n  mvn package\n"), outcome.out());
        assertTrue(
                outcome.out().contains("\n  nextscale plugin check target/top-a-0.1.0-SNAPSHOT.jar\n"), outcome.out());
        assertTrue(outcome.out().contains("\n  nextscale generate --class 0 --sampler top-a\n"), outcome.out());
        assertTrue(Files.isRegularFile(out.resolve("src/main/java/org/example/topa/TopASampler.java")));
        assertEquals(List.of("my project"), written());
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        String refused = trial.run("plugin", "new", "sampler", "top-a", "--out", folder + "")
                .failed(ExitCode.INPUT);
        assertTrue(refused.contains(": is not empty, and nothing is written over"), refused);
        assertEquals(List.of("mine.txt"), written());
    }

    @Test
    void aWrongKindIsOneLine() {
        String refused = trial.run("plugin", "new", "samplr", "top-a").failed(ExitCode.INPUT);
        assertTrue(refused.contains("'samplr', did you mean sampler? There is sampler, guidance, "), refused);
    }

    @Test
    void aNameThatIsTakenIsWarnedOf() {
        Trial.Outcome outcome = trial.run("plugin", "new", "sampler", "greedy", "--out", folder.resolve("g") + "");
        assertTrue(outcome.err().contains("warning: there is a sampler greedy here already"), outcome.err());
    }

    @Test
    void whatIsNotThereCannotBeChecked() {
        String refused =
                trial.run("plugin", "check", folder.resolve("no.jar") + "").failed(ExitCode.INPUT);
        assertTrue(refused.endsWith("no.jar: no such file or folder"), refused);
        refused = trial.run("plugin", "check", folder + "").failed(ExitCode.INPUT);
        assertTrue(refused.contains("is a folder"), refused);
    }

    @Test
    void whatIsNoBundleIsToldAsWhereItIsDroppedIn() throws IOException {
        Path text = Files.writeString(folder.resolve("text.jar"), "not a jar");
        Trial.Outcome outcome = trial.run("plugin", "check", text + "");
        assertEquals(ExitCode.FAILURE, outcome.exitCode());
        assertEquals("REFUSED  text.jar\n    is not a readable jar file: zip END header not found\n", outcome.out());
        Path plain = SmallJar.plain().into(folder.resolve("plain.jar"));
        outcome = trial.run("plugin", "check", plain + "", "--json");
        assertEquals(ExitCode.FAILURE, outcome.exitCode());
        assertTrue(
                outcome.out().contains("\"ok\": false") && outcome.out().contains("is not an OSGi bundle"),
                outcome.out());
    }

    @Test
    void outsideOfAContainerNothingIsTried() throws IOException {
        Path jar = SmallJar.bundle("org.example.x").into(folder.resolve("x.jar"));
        String refused = trial.run("plugin", "check", jar + "").failed(ExitCode.INPUT);
        assertTrue(refused.contains("is checked in the container"), refused);
    }
}
