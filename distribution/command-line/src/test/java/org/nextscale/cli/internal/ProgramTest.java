package org.nextscale.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.cli.internal.Trial.Outcome;
import org.nextscale.cli.internal.session.ExitCode;

class ProgramTest {
    @TempDir
    static Path folder;

    private static Trial trial;

    @BeforeAll
    static void prepare() {
        trial = new Trial(folder);
    }

    @Test
    void helpListsEveryCommandAndTheExitCodes() {
        String help = trial.run("--help").succeeded();
        for (Commands command : Commands.values()) {
            boolean ofShell = command == Commands.USE || command == Commands.EXIT;
            assertEquals(!ofShell, help.contains("\n  " + command.command() + " "), help);
        }
        assertTrue(help.contains("\n   2     what was typed, or a file that was named, cannot be used"), help);
        assertEquals(help, trial.run("help").succeeded());
    }

    @Test
    void helpOfGenerateIsDerivedFromWhatIsPluggedIn() {
        String help = trial.run("generate", "--help").succeeded();
        assertEquals(help, trial.run("help", "generate").succeeded());
        String[] lines = help.replaceAll("\\s+", " ").split("(?= --)");
        assertHas(lines, "--top-k=N keep the k codes that score highest; 0 keeps all;");
        assertHas(lines, "a number from 0 to 1, or one a scale; default 0.95 [multinomial, smooth]");
        assertHas(lines, "--steps=N how often, in 100% of cases;");
        assertHas(lines, "a whole number from 1 to 9; default 3 [quirky]");
        assertHas(lines, "--mood=WORD which; one of calm, angry; default calm [quirky]");
        assertHas(lines, "--[no-]wild draws anything; true or false; default false [quirky]");
        assertHas(lines, "default 0.5 [quirky] | strength of classifier-free guidance");
        assertHas(lines, "--seed=N of the random numbers");
        assertTrue(help.contains("\nSampling:\n") && help.contains("\nGuidance:\n"), help);
    }

    @Test
    void everyCommandHasHelpWithItsSummary() {
        for (String command : new String[] {
            "generate",
            "edit",
            "reconstruct",
            "metadata",
            "model",
            "train",
            "train tokenizer",
            "train transformer",
            "fine-tune",
            "backends",
            "samplers",
            "plugins",
            "verify",
            "evaluate",
            "evaluate reconstruction",
            "evaluate pack",
            "shell",
            "model convert",
            "model export",
            "model inspect",
            "model list",
            "model synthesize"
        }) {
            String[] words = (command + " --help").split(" ");
            String help = trial.run(words).succeeded();
            assertTrue(help.contains("Usage: nextscale " + command), help);
            assertTrue(help.lines().allMatch(line -> line.length() <= 110), help);
        }
    }

    @Test
    void mistypedCommandsSuggestTheNearest() {
        String said = trial.run("genrate", "--class", "x").failed(ExitCode.INPUT);
        assertTrue(said.contains("there is no command genrate, did you mean generate?"), said);
        assertTrue(trial.run("model", "conver").failed(ExitCode.INPUT).contains("did you mean convert?"));
    }

    @Test
    void noCommandAtAllPrintsHelp() {
        Outcome outcome = trial.run();
        assertEquals(ExitCode.INPUT, outcome.exitCode());
        assertTrue(outcome.err().startsWith("Usage: nextscale"), outcome.err());
        assertEquals("", outcome.out());
    }

    @Test
    void versionSaysWhatItRunsOn() {
        assertTrue(trial.run("--version").succeeded().contains("Java " + System.getProperty("java.version")));
    }

    @Test
    void stackTracesAreForThoseWhoAsk() {
        Outcome outcome = trial.run("generate", "--class", "0", "--sampler", "x", "--stacktrace");
        assertEquals(ExitCode.INPUT, outcome.exitCode());
        assertTrue(outcome.err().contains("\tat org.nextscale"), outcome.err());
    }

    private static void assertHas(String[] lines, String words) {
        for (String line : lines) {
            if (line.contains(words)) {
                return;
            }
        }
        throw new AssertionError("no '" + words + "' in " + String.join("\n", lines));
    }
}
