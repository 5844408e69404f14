package org.nextscale.cli.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.engine.Engine;
import org.nextscale.api.engine.Nextscale;
import org.nextscale.cli.internal.fake.FailingBackendProvider;
import org.nextscale.cli.internal.fake.FakeBackendProvider;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.image.ProvenanceText;

/** Which backend computes: what was typed, else what is configured, else the best that opens. */
class BackendPrecedenceTest {
    @TempDir
    static Path shared;

    private static Trial trial;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        trial = new Trial(shared);
    }

    @Test
    void whatIsTypedCountsMoreThanTheEnvironmentAndThatMoreThanFiles() throws IOException {
        Path user = written("user.properties", "# mine\nbackend = fake:broken=true\n");
        Path installation = written("installation.properties", "backend = fake\n");
        assertEquals("fake:broken=false", made(Map.of("NEXTSCALE_BACKEND", "fake"), List.of(user, installation)));
        assertEquals("fake:broken=false", made(Map.of("NEXTSCALE_BACKEND", " "), List.of(installation, user)));
        String[] command = {
            "generate", "--class", "0", "--out", folder.resolve("x.png").toString()
        };
        trial.configured(Map.of(), user, installation);
        assertTrue(trial.run(command).failed(ExitCode.FAILURE).contains("is broken, as asked for"));
        String[] typed = {"generate", "--class", "0", "--out", folder.resolve("x.png") + "", "--backend", "auto"};
        trial.run(typed).succeeded();
    }

    @Test
    void whatIsWrongWithASettingIsSaidWithItsSource() throws IOException {
        String[] command = {
            "generate", "--class", "0", "--out", folder.resolve("x.png").toString()
        };
        trial.configured(Map.of("NEXTSCALE_BACKEND", "abacus"));
        assertEquals(
                "nextscale: NEXTSCALE_BACKEND: there is no backend 'abacus'; there is fake",
                trial.run(command).failed(ExitCode.INPUT));
        Path file = written("nextscale.properties", "backend = fake:threads\n");
        trial.configured(Map.of(), file);
        assertEquals(
                "nextscale: " + file + ": backend 'fake:threads' must be ID or ID:name=value,name=value",
                trial.run(command).failed(ExitCode.INPUT));
        Path other = written("other.properties", "backends = fake\n");
        trial.configured(Map.of(), other);
        assertEquals(
                "nextscale: " + other + ": there is no setting 'backends'; there is backend",
                trial.run(command).failed(ExitCode.INPUT));
    }

    @Test
    void backendsSaysWhatIsConfigured() {
        trial.configured(Map.of("NEXTSCALE_BACKEND", "fake"));
        assertTrue(trial.run("backends").succeeded().endsWith("Configured: fake, by NEXTSCALE_BACKEND\n"));
        JsonObject json = JsonParser.parseString(trial.run("backends", "--json").succeeded())
                .getAsJsonObject();
        assertEquals(
                "NEXTSCALE_BACKEND",
                json.getAsJsonObject("configured").get("source").getAsString());
        JsonObject backend = json.getAsJsonArray("backends").get(0).getAsJsonObject();
        assertEquals("", backend.get("version").getAsString(), "test classes have none");
        assertEquals("nowhere", backend.get("device").getAsString());
    }

    @Test
    void backendsSaysWhetherTheModelFits() {
        trial.configured(Map.of());
        String enough = trial.run("backends").succeeded();
        assertTrue(
                enough.contains("    available, score 1: nowhere\n    always there\n    tiny needs about 3.0 GB"),
                enough);
        FakeBackendProvider.freeBytes = 2_000_000_000;
        try {
            String reason = "needs about 3.0 GB of imagination, 2.0 GB are free: dream less";
            String less = trial.run("backends", "--model", "tiny").succeeded();
            assertTrue(less.contains("    not available\n    tiny " + reason + "\n"), less);
            JsonObject backend = JsonParser.parseString(
                            trial.run("backends", "--json").succeeded())
                    .getAsJsonObject()
                    .getAsJsonArray("backends")
                    .get(0)
                    .getAsJsonObject();
            JsonObject memory = backend.getAsJsonObject("memory");
            assertEquals(3_000_000_000L, memory.get("needed-bytes").getAsLong());
            assertEquals(false, memory.get("fits").getAsBoolean());
            int opened = FakeBackendProvider.opened();
            String refused = trial.run("generate", "--class", "0", "--backend", "fake", "--out", folder + "/x.png")
                    .failed(ExitCode.FAILURE);
            assertEquals("nextscale: backend fake cannot run here: " + reason, refused);
            assertEquals(opened, FakeBackendProvider.opened());
        } finally {
            FakeBackendProvider.freeBytes = Long.MAX_VALUE;
        }
        assertTrue(
                trial.run("backends", "--model", "none").failed(ExitCode.INPUT).contains("there is no model"));
    }

    @Test
    void theBestTakesOptionsToo() {
        trial.configured(Map.of("NEXTSCALE_BACKEND", "auto:broken=false"));
        trial.run("generate", "--class", "0", "--out", folder + "/x.png").succeeded();
        String refused = trial.run("generate", "--class", "0", "--out", folder + "/x.png", "--backend", "auto:size=3")
                .failed(ExitCode.INPUT);
        assertEquals(
                "nextscale: no backend can run auto:size=3: backend fake has no parameter size; it has broken",
                refused);
    }

    @Test
    void aFallbackIsSaidInOneLine() throws IOException {
        trial.configured(Map.of());
        String out = folder.resolve("x.png").toString();
        Trial.Outcome outcome = trial.run(withFailingBackend(), "generate", "--class", "0", "--out", out);
        assertEquals(ExitCode.OK, outcome.exitCode());
        assertEquals(
                "nextscale: backend boastful failed to open: the supercomputer is not plugged in; using fake\n",
                outcome.err());
        String said = trial.run(withFailingBackend(), "generate", "--class", "0", "--out", out, "--backend", "boastful")
                .failed(ExitCode.FAILURE);
        assertEquals("nextscale: backend boastful failed to open: the supercomputer is not plugged in", said);
    }

    private String made(Map<String, String> environment, List<Path> files) {
        Path out = folder.resolve("made.png");
        trial.configured(environment, files.toArray(Path[]::new));
        trial.run("generate", "--class", "0", "--out", out.toString()).succeeded();
        return ProvenanceText.read(out).orElseThrow().backend().orElseThrow().toString();
    }

    private Path written(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private Engine withFailingBackend() throws IOException {
        Path services = Files.createDirectories(folder.resolve("more/META-INF/services"));
        Files.writeString(
                services.resolve("org.nextscale.api.backend.BackendProvider"), FailingBackendProvider.class.getName());
        URL[] more = {folder.resolve("more").toUri().toURL()};
        return Nextscale.engine(new URLClassLoader(more, getClass().getClassLoader()));
    }
}
