package org.nextscale.cli.internal.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.fake.FakeBackendProvider;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.cli.internal.session.KeptModel;
import org.nextscale.image.ProvenanceText;

/** Lines that are run one after the other, on a model that stays open. */
class ShellTest {
    @TempDir
    Path folder;

    private Trial trial;
    private int openedBefore;

    @BeforeEach
    void prepare() {
        trial = new Trial(folder);
        openedBefore = FakeBackendProvider.opened();
    }

    @AfterEach
    void nothingStaysOpen() {
        FakeBackendProvider.atEveryScale = () -> {};
        assertEquals(0, FakeBackendProvider.open());
    }

    @Test
    void theModelStaysOpenFromLineToLine() {
        Trial.Outcome outcome = run("generate --class 0 --out " + out("a"), "generate --class bag --out " + out("b"));
        assertEquals(2, outcome.succeeded().lines().count());
        assertEquals(1, opened());
        assertEquals("bag", ProvenanceText.read(out("b")).orElseThrow().className());
    }

    @Test
    void useMovesTheModel() {
        String said = run(
                        "use fake:broken=false",
                        "generate --class 0 --out " + out("a"),
                        "use auto",
                        "generate --class 0 --out " + out("b"),
                        "use auto",
                        "generate --class 0 --backend fake --out " + out("c"))
                .succeeded();
        assertTrue(said.contains("backend fake:broken=false from the next image on\n"), said);
        assertTrue(said.contains("backend fake, nowhere\n"), said);
        assertEquals(4, opened());
    }

    @Test
    void aBackendThatDoesNotOpenChangesNothing() {
        Trial.Outcome outcome = run(
                "generate --class 0 --out " + out("a"),
                "use fake:broken=true",
                "use nonsense",
                "use model",
                "generate --class 0 --out " + out("b"));
        assertEquals(ExitCode.INPUT, outcome.exitCode());
        assertEquals(3, outcome.err().lines().count(), outcome.err());
        assertEquals(2, outcome.out().lines().count(), outcome.out());
        assertEquals(1, opened());
    }

    @Test
    void useModelIsForCommandsThatNameNone() {
        String said = run("use model tiny", "model inspect", "generate --class 0 --out " + out("a"))
                .succeeded();
        assertTrue(said.startsWith("model tiny, 10 classes\n"), said);
        Trial.Outcome outcome = run("use model gigantic");
        assertTrue(outcome.err().contains("there is no model 'gigantic'"), outcome.err());
    }

    @Test
    void itGoesOnAfterAFailureAndEndsWithItsExitCode() {
        Trial.Outcome outcome =
                run("", "# a comment", "generate --clas x", "generate 'open", "backends", "exit", "plugins");
        assertEquals(ExitCode.INPUT, outcome.exitCode());
        assertEquals(2, outcome.err().lines().count(), outcome.err());
        assertTrue(outcome.out().contains("nowhere"), outcome.out());
        assertTrue(!outcome.out().contains("org.example"), "nothing after exit: " + outcome.out());
    }

    @Test
    void helpListsWhatAShellHasToo() {
        String help = run("help").succeeded();
        assertTrue(help.contains("\n  use ") && help.contains("\n  exit "), help);
        assertTrue(!help.contains("\n  shell "), help);
        assertTrue(trial.run("use", "fake").failed(ExitCode.INPUT).contains("there is no command use"));
    }

    @Test
    void ctrlCStopsTheCommandAndNotTheShell() {
        CancellationToken[] running = {new CancellationToken()};
        FakeBackendProvider.atEveryScale = () -> running[0].cancel();
        Input input = new PipedInput(lines("generate --class 0 --out " + out("a"), "backends")) {
            @Override
            public void running(CancellationToken command) {
                running[0] = command;
            }
        };
        Trial.Outcome outcome = run(input);
        assertEquals("nextscale: stopped\n", outcome.err());
        assertEquals(ExitCode.STOPPED, outcome.exitCode());
        assertTrue(outcome.out().contains("nowhere"), outcome.out());
    }

    private Trial.Outcome run(String... lines) {
        return run(new PipedInput(lines(lines)));
    }

    private Trial.Outcome run(Input input) {
        trial.configured(Map.of());
        return trial.run(session -> {
            try (KeptModel kept = new KeptModel()) {
                return new Shell(session, kept, input, Trial.interpreter()).run();
            }
        });
    }

    private static ByteArrayInputStream lines(String... lines) {
        return new ByteArrayInputStream(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    private int opened() {
        return FakeBackendProvider.opened() - openedBefore;
    }

    private Path out(String name) {
        return folder.resolve(name + ".png");
    }
}
