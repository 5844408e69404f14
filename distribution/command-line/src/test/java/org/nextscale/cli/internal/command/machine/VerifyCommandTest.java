package org.nextscale.cli.internal.command.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.Trial.Outcome;
import org.nextscale.cli.internal.fake.FakeBackendProvider;
import org.nextscale.cli.internal.session.ExitCode;

class VerifyCommandTest {
    @TempDir
    static Path shared;

    private static Trial trial;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        trial = new Trial(shared);
    }

    @AfterEach
    void nothingStaysOpen() {
        FakeBackendProvider.atEveryScale = () -> {};
        assertEquals(0, FakeBackendProvider.open());
    }

    @Test
    void itFailsWhereNumbersDiffer() {
        Outcome outcome = verify();
        assertEquals(ExitCode.FAILURE, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("FAILED"), outcome.out());
        Outcome json = verify("--json");
        assertEquals(ExitCode.FAILURE, json.exitCode(), json::toString);
        assertFalse(JsonParser.parseString(json.out())
                .getAsJsonObject()
                .get("holds")
                .getAsBoolean());
    }

    @Test
    void whatIsNoReferenceIsRefused() {
        for (Path each : List.of(folder, shared.resolve("models/tiny"))) {
            String said = trial.run("verify", each.toString(), "--json").failed(ExitCode.INPUT);
            assertTrue(said.contains(each + " is no set of reference vectors: it has no expected.safetensors"), said);
        }
    }

    @Test
    void ctrlCStopsItBeforeTheNextTensor() {
        AtomicInteger scales = new AtomicInteger();
        FakeBackendProvider.atEveryScale = () -> {
            scales.incrementAndGet();
            trial.interrupt();
        };
        assertEquals("nextscale: stopped", verify("--json").failed(ExitCode.STOPPED));
        assertEquals(4, scales.get(), "those of the images that are being made, and no more");
        Outcome table = verify();
        assertEquals(ExitCode.STOPPED, table.exitCode(), table::toString);
        assertEquals("nextscale: stopped\n", table.err());
        assertTrue(table.out().contains("\nteacher_forcing_loss "), "what was compared is there: " + table.out());
        assertFalse(table.out().contains("greedy.tokens.0"), table.out());
    }

    @Test
    void aPluginIsCheckedAgainstWhatItsKindPromises() {
        Outcome kept = trial.run("verify", "--sampler", "greedy");
        assertEquals(ExitCode.OK, kept.exitCode(), kept::toString);
        assertTrue(kept.out().startsWith("ok      it chooses a code of the vocabulary"), kept.out());
        assertTrue(kept.out().endsWith(" promises are kept by sampler greedy\n"), kept.out());
        assertEquals(
                ExitCode.OK, trial.run("verify", "--guidance", "ramp:cutoff=2").exitCode());
        assertEquals(
                ExitCode.OK,
                trial.run("verify", "--tokenizer", "multi-scale-vq", "--model", "tiny")
                        .exitCode());

        Outcome broken = trial.run("verify", "--sampler", "quirky:wild=true", "--json");
        assertEquals(ExitCode.FAILURE, broken.exitCode(), broken::toString);
        JsonObject json = JsonParser.parseString(broken.out()).getAsJsonObject();
        assertEquals("quirky:wild=true", json.get("sampler").getAsString());
        assertFalse(json.get("holds").getAsBoolean());
        assertEquals(
                "sampler quirky failed: IllegalStateException: too wild",
                json.getAsJsonArray("checks")
                        .get(0)
                        .getAsJsonObject()
                        .get("broken")
                        .getAsString());
    }

    @Test
    void oneThingAtATimeIsVerified() {
        String said = "nextscale: say one thing to verify: FOLDER, FILE, --sampler, --guidance or --tokenizer";
        assertEquals(said, trial.run("verify").failed(ExitCode.INPUT));
        assertEquals(
                said,
                trial.run("verify", "--sampler", "greedy", "--guidance", "ramp").failed(ExitCode.INPUT));
        assertEquals(
                said,
                trial.run("verify", folder.toString(), "--sampler", "greedy").failed(ExitCode.INPUT));
        assertEquals(
                "nextscale: --model goes with --tokenizer",
                trial.run("verify", "--sampler", "greedy", "--model", "tiny").failed(ExitCode.INPUT));
    }

    private static Outcome verify(String... more) {
        String[] line = new String[more.length + 2];
        line[0] = "verify";
        line[1] = Trial.REFERENCE.toString();
        System.arraycopy(more, 0, line, 2, more.length);
        return trial.run(line);
    }
}
