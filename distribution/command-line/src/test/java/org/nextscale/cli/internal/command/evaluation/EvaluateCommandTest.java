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
import java.util.List;
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
import org.nextscale.files.numpy.NpzWriter;
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
    void measuresAFolderAndSaysWhatWasLeftOut() throws IOException {
        Path made = noise("made", 12, 1);
        Path real = noise("real", 15, 2);
        Path broken = Files.writeString(made.resolve("broken.png"), "x");
        String reason = broken + " is no PNG, JPEG or WebP, an image file is needed\n";
        String[] evaluate = {"evaluate", made + "", "--reference", real + "", "--network", network(), "--json"};
        Trial.Outcome outcome = trial.run(Arrays.copyOf(evaluate, 6));
        assertEquals(ExitCode.OK, outcome.exitCode(), outcome::toString);
        assertEquals("nextscale: warning: left out: " + reason, outcome.err());
        assertTrue(outcome.out().matches("(?s)Fréchet distance \\(colours\\) +[0-9.]+\n.*"), outcome.out());
        assertTrue(
                outcome.out()
                        .endsWith("12 images, 15 real ones, features: colours\n1 of 13 images was left out: " + reason),
                outcome.out());
        assertFalse(outcome.out().contains("FID"), outcome::out);
        Trial.Outcome json = trial.run(evaluate);
        assertEquals(outcome.err(), json.err());
        JsonObject document = JsonParser.parseString(json.out()).getAsJsonObject();
        assertEquals(12, document.get("images").getAsInt());
        assertEquals(1, document.get("skipped").getAsInt());
        assertEquals(
                "1 of 13 images was left out: " + reason.strip(),
                document.getAsJsonArray("left-out").get(0).getAsString());
    }

    @Test
    void whatIsKeptForOthersLacksNothingUnlessThatIsWanted() throws IOException {
        Path real = noise("real", 15, 2);
        Path made = noise("made", 12, 1);
        Files.writeString(real.resolve("broken.png"), "x");
        Path pack = folder.resolve("pack.npz");
        Path stats = folder.resolve("stats.npz");
        String[] packing = {"evaluate", "pack", real + "", "--out", pack + "", "--leave-out"};
        String[] keeping = {
            "evaluate", "--reference", real + "", "--network", network(), "--save-reference", stats + "", "--leave-out"
        };
        refused("1 of the 16 images in " + real + " cannot be used: ", Arrays.copyOf(packing, 5));
        refused("1 of the 16 images in " + real + " cannot be used: ", Arrays.copyOf(keeping, 7));
        assertFalse(Files.exists(pack) || Files.exists(stats));
        Trial.Outcome packed = trial.run(packing);
        assertEquals(ExitCode.OK, packed.exitCode(), packed::toString);
        assertTrue(packed.out().contains(": 15 images\n1 of 16 images was left out: "), packed::out);
        assertTrue(packed.err().startsWith("nextscale: warning: left out: "), packed::err);
        Trial.Outcome kept = trial.run(keeping);
        assertEquals(ExitCode.OK, kept.exitCode(), kept::toString);
        assertTrue(
                kept.out().contains(": statistics of 15 real images\n1 of 16 real images was left out: "), kept::out);
        String later = trial.run("evaluate", made + "", "--network", network(), "--reference", stats + "")
                .succeeded();
        assertTrue(
                later.endsWith("12 images, 15 real ones, features: colours\n1 of 16 real images was left out\n"),
                later);
        refused(
                "holds statistics already",
                "evaluate",
                made + "",
                "--network",
                network(),
                "--reference",
                stats + "",
                "--save-reference",
                stats + "");
        keeping[6] = folder.resolve("no/such/stats.npz") + "";
        refused("does not exist", keeping);
    }

    /** A distance that no covariances give, or that is not finite, is no figure. */
    @Test
    void statisticsThatAreNoneAreRefused() throws IOException {
        Path made = noise("made", 12, 1);
        Path stats = folder.resolve("stats.npz");
        int width = 3;
        double[] negative = new double[width * width];
        Arrays.fill(negative, 9);
        negative[0] = 1;
        double[] identity = {1, 0, 0, 0, 1, 0, 0, 0, 1};
        double[] lopsided = {1, 0.5, 0, 0, 1, 0, 0, 0, 1};
        record Case(double[] mean, double[] covariance, String words) {}
        for (Case each : List.of(
                new Case(new double[width], negative, "not positive semidefinite"),
                new Case(new double[width], lopsided, "not symmetric"),
                new Case(new double[] {1e200, 0, 0}, identity, "1.0E200, which features cannot have"))) {
            try (NpzWriter npz = new NpzWriter(Files.newOutputStream(stats))) {
                npz.reals("mu", each.mean, width);
                npz.reals("sigma", each.covariance, width, width);
            }
            refused(each.words, "evaluate", made + "", "--network", network(), "--reference", stats + "");
        }
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
