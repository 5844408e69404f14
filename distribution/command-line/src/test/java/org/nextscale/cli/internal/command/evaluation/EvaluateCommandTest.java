package org.nextscale.cli.internal.command.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.RgbImage;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.fake.ColourNetworks;
import org.nextscale.cli.internal.fake.FakeBackendProvider;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.image.PngFile;

class EvaluateCommandTest {
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
        assertEquals(0, ColourNetworks.OPEN.get());
        assertEquals(0, FakeBackendProvider.open());
    }

    @Test
    void measuresAFolderAndNamesWhatWasSkipped() throws IOException {
        Path made = noise("made", 12, 1);
        Path real = noise("real", 15, 2);
        Files.writeString(made.resolve("broken.png"), "x");
        Trial.Outcome outcome = trial.run("evaluate", made + "", "--reference", real + "", "--network", network());
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.err().contains("skipped " + made.resolve("broken.png")), outcome::err);
        assertTrue(outcome.out().matches("(?s)Fréchet distance \\(colours\\) +[0-9.]+\n.*"), outcome::out);
        assertTrue(outcome.out().contains("12 images (1 skipped), 15 real ones, features: colours\n"), outcome::out);
        assertFalse(outcome.out().contains("FID"), outcome::out);
    }

    @Test
    void measuresWhatAModelMakesAsJson() throws IOException {
        Path real = noise("real", 15, 2);
        JsonObject json = json(
                "evaluate",
                "--model",
                "tiny",
                "--images-per-class",
                "3",
                "--top-k",
                "5",
                "--reference",
                real + "",
                "--network",
                network());
        assertEquals(30, json.get("images").getAsInt());
        assertEquals("colours", json.get("network").getAsString());
        JsonObject metrics = json.getAsJsonObject("metrics");
        assertEquals(0.1, metrics.get("class-accuracy").getAsDouble(), 1e-12, "one class of ten is class 2");
        assertEquals(1, metrics.get("classifier-score").getAsDouble(), 1e-12);
        assertTrue(metrics.get("frechet-distance").getAsDouble() > 0);
        assertFalse(metrics.has("fid"));
    }

    @Test
    void keepsStatisticsAndUsesThem() throws IOException {
        Path made = noise("made", 12, 1);
        Path real = noise("real", 15, 2);
        Path stats = folder.resolve("stats.npz");
        trial.run("evaluate", "--reference", real + "", "--network", network(), "--save-reference", stats + "")
                .succeeded();
        String[] evaluate = {"evaluate", made + "", "--network", network(), "--metrics", "fid", "--reference", ""};
        evaluate[7] = real + "";
        JsonObject direct = json(evaluate);
        evaluate[7] = stats + "";
        assertEquals(direct.get("metrics"), json(evaluate).get("metrics"));
        evaluate[5] = "precision";
        refused("statistics are not enough", evaluate);
    }

    @Test
    void packsImages() throws IOException {
        Path made = noise("made", 5, 1);
        Path pack = folder.resolve("pack.npz");
        String said =
                trial.run("evaluate", "pack", made + "", "--out", pack + "").succeeded();
        assertEquals("wrote " + pack + ": 5 images\n", said);
        JsonObject ofFolder = json("evaluate", made + "", "--network", network(), "--reference", made + "");
        JsonObject ofPack = json("evaluate", pack + "", "--network", network(), "--reference", made + "");
        assertEquals(ofFolder.get("metrics"), ofPack.get("metrics"));
        trial.run("evaluate", "pack", "--images-per-class", "1", "--out", pack + "")
                .succeeded();
        assertEquals(
                10,
                json("evaluate", pack + "", "--network", network())
                        .get("images")
                        .getAsInt());
    }

    @Test
    void measuresReconstructions() throws IOException {
        Path data = noise("data", 9, 1);
        String said =
                trial.run("evaluate", "reconstruction", "--data", data + "").succeeded();
        assertTrue(said.matches("(?s)PSNR, dB +[0-9.-]+\nSSIM +[0-9.-]+\n9 images.*"), said);
        JsonObject metrics = json("evaluate", "reconstruction", "--data", data + "", "--network", network())
                .getAsJsonObject("metrics");
        assertTrue(metrics.has("psnr") && metrics.has("ssim") && metrics.has("frechet-distance"), metrics::toString);
    }

    @Test
    void stopsWhenItIsTold() throws IOException {
        Path pack = folder.resolve("pack.npz");
        FakeBackendProvider.atEveryScale = trial::interrupt;
        Trial.Outcome outcome = trial.run("evaluate", "pack", "--images-per-class", "50", "--out", pack + "");
        assertEquals(ExitCode.STOPPED, outcome.exitCode(), outcome::toString);
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count(), "nothing is left");
        }
    }

    @Test
    void saysWhatIsMissingOrWrong() throws IOException {
        Path made = noise("made", 5, 1);
        String net = network();
        refused("--network FILE.onnx", "evaluate", made + "");
        refused("say which images", "evaluate", "--network", net);
        refused("there is no metric 'kid'", "evaluate", made + "", "--network", net, "--metrics", "kid");
        refused("it needs real images", "evaluate", made + "", "--network", net, "--metrics", "fid");
        refused("leave one of the two out", "evaluate", made + "", "--images-per-class", "2", "--network", net);
        refused("only with --images-per-class", "evaluate", made + "", "--model", "tiny", "--network", net);
        refused("nowhere does not exist", "evaluate", "nowhere", "--network", net);
        refused("must end with .colours", "evaluate", made + "", "--network", made + "/0.png");
        refused("must be a whole number or none", "evaluate", made + "", "--network", net, "--shuffle", "x");
        refused(
                "is called inception-v3-2015-12-05",
                "evaluate",
                made + "",
                "--network",
                net,
                "--features",
                "inception-v3-2015-12-05");
        refused("missing required option", "evaluate", "pack", made + "");
        refused("missing required option", "evaluate", "reconstruction");
        String help = trial.run("evaluate", "--help").succeeded();
        assertTrue(help.contains("reconstruction") && help.contains("pack") && help.contains("--save-reference"), help);
    }

    @Test
    void verifyChecksTheMetrics() throws IOException {
        Path vectors = Trial.REFERENCE.resolveSibling("metrics.safetensors");
        String said = trial.run("verify", vectors.toString()).succeeded();
        assertTrue(said.contains("fid_rank_deficient ") && said.contains("all 6 metrics hold"), said);
        byte[] bytes = Files.readAllBytes(vectors);
        // The last eight bytes are the expected distance of a few images.
        bytes[bytes.length - 3] ^= 1;
        Path changed = Files.write(folder.resolve("changed.safetensors"), bytes);
        Trial.Outcome outcome = trial.run("verify", changed.toString());
        assertEquals(ExitCode.FAILURE, outcome.exitCode(), outcome::toString);
        assertTrue(outcome.out().contains("1 of 6 metrics FAILED"), outcome::out);
        Trial.Outcome json = trial.run("verify", changed.toString(), "--json");
        assertFalse(JsonParser.parseString(json.out())
                .getAsJsonObject()
                .get("holds")
                .getAsBoolean());
    }

    private String network() throws IOException {
        Path file = folder.resolveSibling(folder.getFileName() + "-net.colours");
        return (Files.exists(file) ? file : Files.createFile(file)).toString();
    }

    private Path noise(String name, int images, long seed) throws IOException {
        Path made = Files.createDirectories(folder.resolve(name));
        Random random = new Random(seed);
        for (int i = 0; i < images; i++) {
            byte[] rgb = new byte[3 * SIZE * SIZE];
            random.nextBytes(rgb);
            PngFile.write(made.resolve(i + ".png"), new RgbImage(SIZE, SIZE, rgb), Map.of());
        }
        return made;
    }

    private static JsonObject json(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--json";
        return JsonParser.parseString(trial.run(all).succeeded()).getAsJsonObject();
    }

    private static void refused(String words, String... arguments) {
        String said = trial.run(arguments).failed(ExitCode.INPUT);
        assertTrue(said.contains(words), said);
    }
}
