package org.nextscale.cli.internal.command.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.plugin.PluginChoice;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.Trial.Outcome;
import org.nextscale.cli.internal.fake.FakeBackendProvider;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.image.ProvenanceText;

class GenerateCommandTest {
    private static final int SIZE = 64;

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
    void oneImageGoesIntoTheFileNamed() throws IOException {
        Path file = folder.resolve("boot.png");
        String said = trial.run("generate", "--model", "tiny", "--class", "ankle boot", "--out", file.toString())
                .succeeded();
        assertTrue(said.startsWith("wrote " + file + ": Ankle boot, seed 0, tiny on fake, "), said);
        assertEquals(SIZE, ImageIO.read(file.toFile()).getWidth());
        Provenance provenance = ProvenanceText.read(file).orElseThrow();
        assertEquals("Ankle boot", provenance.className());
        assertEquals("multinomial", provenance.sampler().orElseThrow().id());
        assertEquals("ramp", provenance.guidance().orElseThrow().id());
    }

    @Test
    void aFolderGetsAFileAnImage() throws IOException {
        Path out = folder.resolve("many/images");
        trial.run("generate", "--class", "bag,great white shark, white shark", "-n", "2", "--out", out.toString())
                .succeeded();
        assertEquals(
                List.of(
                        "0000-bag.png",
                        "0001-bag.png",
                        "0002-great-white-shark-white-shark.png",
                        "0003-great-white-shark-white-shark.png"),
                names(out));
    }

    @Test
    void severalImagesInOneFileAreAGridWithARowAClass() throws IOException {
        Path file = folder.resolve("grid.png");
        trial.run("generate", "--class", "bag", "--class", "2", "-n", "3", "--out", file.toString())
                .succeeded();
        var image = ImageIO.read(file.toFile());
        assertEquals(3 * SIZE + 4, image.getWidth());
        assertEquals(2 * SIZE + 2, image.getHeight());
        Map<String, String> entries = ProvenanceText.read(file).orElseThrow().entries();
        assertEquals("8,8,8,2,2,2", entries.get("class"));
        assertEquals("0,1,2,3,4,5", entries.get("image"));
        assertEquals("3", entries.get("grid"));
    }

    @Test
    void theSeriesOverTheScalesEndsWithTheImage() throws IOException {
        Path image = folder.resolve("image.png");
        Path series = folder.resolve("series.png");
        trial.run("generate", "--class", "0", "--out", image.toString()).succeeded();
        trial.run("generate", "--class", "0", "--scales", "--zoom", "2", "--out", series.toString())
                .succeeded();
        var strip = ImageIO.read(series.toFile());
        assertEquals(4 * 2 * SIZE + 3 * 2, strip.getWidth());
        var single = ImageIO.read(image.toFile());
        int left = 3 * (2 * SIZE + 2);
        for (int y = 0; y < SIZE; y++) {
            for (int x = 0; x < SIZE; x++) {
                assertEquals(single.getRGB(x, y), strip.getRGB(left + 2 * x, 2 * y));
            }
        }
    }

    @Test
    void likeMakesTheSameFileAgain() throws IOException {
        for (String[] how : new String[][] {
            {"--class", "tench", "--seed", "11", "--top-k", "7", "--cfg", "2.5"},
            {"--class", "all", "--zoom", "2", "--grid", "4", "--smooth", "--top-p", "0.5"},
            {"--class", "none", "-n", "2", "--scales"},
            {"--class", "3", "--sampler", "quirky:mood=angry,seed=4", "--guidance", "none"},
        }) {
            Path file = folder.resolve("first.png");
            Path again = folder.resolve("again.png");
            trial.run(join(how, "--out", file.toString())).succeeded();
            trial.run("generate", "--like", file.toString(), "--batch", "3", "--out", again.toString())
                    .succeeded();
            assertArrayEquals(Files.readAllBytes(file), Files.readAllBytes(again), String.join(" ", how));
        }
    }

    @Test
    void likeOneOfManyMakesThatOneAgain() throws IOException {
        Path many = folder.resolve("many");
        trial.run("generate", "--class", "bag", "-n", "5", "--seed", "3", "--out", many.toString())
                .succeeded();
        Path again = folder.resolve("again.png");
        trial.run("generate", "--like", many.resolve("0003-bag.png").toString(), "--out", again.toString())
                .succeeded();
        assertArrayEquals(Files.readAllBytes(many.resolve("0003-bag.png")), Files.readAllBytes(again));
    }

    @Test
    void whatIsTypedComesBeforeWhatIsLike() throws IOException {
        Path file = folder.resolve("first.png");
        Path other = folder.resolve("other.png");
        trial.run("generate", "--class", "tench", "--smooth", "--top-k", "7", "--out", file.toString())
                .succeeded();
        trial.run(
                        "generate",
                        "--like",
                        file.toString(),
                        "--class",
                        "bag",
                        "--seed",
                        "5",
                        "--sampler",
                        "multinomial",
                        "--cfg",
                        "1",
                        "--out",
                        other.toString())
                .succeeded();
        Provenance provenance = ProvenanceText.read(other).orElseThrow();
        PluginChoice sampler = provenance.sampler().orElseThrow();
        assertEquals("bag", provenance.className());
        assertEquals(5, provenance.seed());
        assertEquals("multinomial", sampler.id());
        assertEquals("7", sampler.values().get("top-k"), "what both samplers have is kept");
        assertEquals("1.0", provenance.guidance().orElseThrow().values().get("cfg"));
    }

    @Test
    void anotherModelUnderThatNameIsWarnedOf() throws IOException {
        Path file = folder.resolve("first.png");
        trial.run("generate", "--class", "0", "--out", file.toString()).succeeded();
        Outcome outcome = trial.run(
                "generate",
                "--like",
                file.toString(),
                "--model",
                Trial.REFERENCE.toString(),
                "--out",
                folder.resolve("other.png").toString());
        assertEquals(ExitCode.OK, outcome.exitCode());
        assertTrue(outcome.err().startsWith("nextscale: warning: "), outcome.err());
        assertTrue(outcome.err().contains("was made by another model (tiny"), outcome.err());
    }

    @Test
    void jsonIsOneDocumentWithTheNamesOfTheFlags() {
        Path out = folder.resolve("images");
        String said = trial.run(
                        "generate", "--class", "0,8", "--json", "--profile", "--min-p", "0.01", "--out", out.toString())
                .succeeded();
        JsonObject document = JsonParser.parseString(said).getAsJsonObject();
        JsonArray images = document.getAsJsonArray("images");
        assertEquals(2, images.size());
        JsonObject second = images.get(1).getAsJsonObject();
        assertEquals(8, second.get("class").getAsInt());
        assertEquals(0.01, second.get("sampler.min-p").getAsDouble());
        assertEquals(0, second.get("seed").getAsLong());
        assertEquals(out.resolve("0001-bag.png").toString(), second.get("file").getAsString());
        assertEquals(2, document.getAsJsonArray("files").size());
        assertEquals(
                4, document.getAsJsonObject("profile").getAsJsonArray("scales").size());
    }

    @Test
    void theProfileHasALineAScale() {
        String said = trial.run(
                        "generate",
                        "--class",
                        "0",
                        "--profile",
                        "--out",
                        folder.resolve("a.png").toString())
                .succeeded();
        assertTrue(said.startsWith("scale "), said);
        assertTrue(said.contains("\n4 (4 x 4) "), said);
        assertTrue(said.contains("\ndecoder "), said);
        assertTrue(said.contains("GFLOP/s"), said);
    }

    @Test
    void withoutAClassThereIsNothingToGuideTo() throws IOException {
        Path file = folder.resolve("any.png");
        trial.run("generate", "--class", "none", "--out", file.toString()).succeeded();
        assertEquals("none", guidance(file));
        trial.run("generate", "--class", "none", "--cfg", "2", "--out", file.toString())
                .succeeded();
        assertEquals("ramp", guidance(file));
    }

    @Test
    void progressAndColoursAreForTerminals() throws IOException {
        String[] line = {
            "generate", "--class", "0", "--out", folder.resolve("x.png").toString()
        };
        Outcome piped = trial.run(line);
        assertFalse(piped.out().contains("\u001b"));
        assertEquals("", piped.err());
        Outcome watched = new Trial(Files.createDirectory(folder.resolve("other")))
                .onTerminal()
                .run(line);
        assertTrue(watched.out().contains("\u001b[1m"), watched.out());
        assertTrue(watched.err().contains("scale 4/4"), watched.err());
        assertTrue(watched.err().contains("\u001b[K"), "the line is cleared in the end");
    }

    private static String guidance(Path file) {
        return ProvenanceText.read(file).orElseThrow().guidance().orElseThrow().id();
    }

    private static String[] join(String[] how, String... more) {
        return Stream.of(Stream.of("generate"), Stream.of(how), Stream.of(more))
                .flatMap(words -> words)
                .toArray(String[]::new);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
