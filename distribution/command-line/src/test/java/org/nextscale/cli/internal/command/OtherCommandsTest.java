package org.nextscale.cli.internal.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.image.PngFile;
import org.nextscale.image.ProvenanceText;

/** Everything but {@code generate}. */
class OtherCommandsTest {
    private static final int SIZE = 64;

    @TempDir
    static Path shared;

    private static Trial trial;
    private static Path boot;

    @TempDir
    Path folder;

    @BeforeAll
    static void prepare() {
        trial = new Trial(shared);
        boot = shared.resolve("boot.png");
        trial.run("generate", "--class", "0", "--out", boot.toString()).succeeded();
    }

    @Test
    void editMakesABoxAnewAndCompositesTheRest() throws IOException {
        Path out = folder.resolve("edited.png");
        trial.run("edit", "--in", boot + "", "--box", "0,0,0.5,1", "--composite", "--out", out + "")
                .succeeded();
        var before = ImageIO.read(boot.toFile());
        var after = ImageIO.read(out.toFile());
        for (int x = 0; x < SIZE; x++) {
            assertEquals(before.getRGB(x, SIZE - 1), after.getRGB(x, SIZE - 1), "the lower half is kept");
        }
        Provenance provenance = ProvenanceText.read(out).orElseThrow();
        assertEquals(List.of(Condition.NONE), provenance.conditions(), "no class unless one is typed");
        assertEquals("none", provenance.guidance().orElseThrow().id());
        String said = trial.run("generate", "--like", out.toString()).failed(ExitCode.INPUT);
        assertTrue(said.contains("was made by nextscale edit"), said);
    }

    @Test
    void whiteOfAMaskIsMadeAnewAndOutpaintTurnsItRound() throws IOException {
        Path mask = folder.resolve("mask.png");
        byte[] rgb = new byte[SIZE * SIZE * 3];
        java.util.Arrays.fill(rgb, 0, rgb.length / 2, (byte) 255);
        PngFile.write(mask, new RgbImage(SIZE, SIZE, rgb), Map.of());
        String[] line = {"edit", "--in", boot + "", "--mask", mask + "", "--composite", "0", "--class", "1", "--out", ""
        };
        for (boolean outpaint : new boolean[] {false, true}) {
            Path out = folder.resolve("out" + outpaint + ".png");
            line[line.length - 1] = out.toString();
            trial.run(outpaint ? with(line, "--outpaint") : line).succeeded();
            int kept = outpaint ? 0 : SIZE - 1;
            assertEquals(
                    ImageIO.read(boot.toFile()).getRGB(5, kept),
                    ImageIO.read(out.toFile()).getRGB(5, kept));
        }
        trial.run(with(line, "--mask", boot.toString())).failed(ExitCode.INPUT);
    }

    @Test
    void wrongEditsAreSaid() throws IOException {
        refused("say which part", "edit", "--in", boot + "");
        refused("missing required option", "edit", "--box", "0,0,1,1");
        refused("must be Y0,X0,Y1,X1", "edit", "--in", boot + "", "--box", "0,0,1");
        refused("must be Y0,X0,Y1,X1", "edit", "--in", boot + "", "--box", "0,0,1,1,1");
        refused("0 <= y0 < y1 <= 1", "edit", "--in", boot + "", "--box", "0.5,0,0.5,1");
        refused("leave one of the two out", "edit", "--in", boot + "", "--box", "0,0,1,1", "--mask", boot + "");
        refused("nowhere.png does not exist", "edit", "--in", "nowhere.png", "--box", "0,0,1,1");
        Path wide = folder.resolve("wide.png");
        PngFile.write(wide, new RgbImage(20, 10, new byte[600]), Map.of());
        refused("mask " + wide + " is 20 x 10 pixels", "edit", "--in", boot + "", "--mask", wide + "");
        refused("--composite is -1", "edit", "--in", boot + "", "--box", "0,0,1,1", "--composite=-1");
    }

    @Test
    void reconstructSaysHowMuchIsKept() throws IOException {
        Path out = folder.resolve("again.png");
        String said = trial.run("reconstruct", boot.toString(), "--out", out.toString())
                .succeeded();
        assertTrue(said.matches("(?s)wrote .*again.png: 30 tokens, PSNR -?[0-9.]+ dB, tiny on fake\n"), said);
        JsonObject json = JsonParser.parseString(
                        trial.run("reconstruct", boot.toString(), "--scales", "--json", "--out", out.toString())
                                .succeeded())
                .getAsJsonObject();
        assertEquals(4, json.getAsJsonArray("psnr-of-scales").size());
        assertEquals(5 * SIZE + 4 * 2, ImageIO.read(out.toFile()).getWidth());
        refused(
                "again/x.png",
                "reconstruct",
                boot.toString(),
                "--out",
                folder.resolve("again/x.png").toString());
        refused("missing required parameter", "reconstruct");
    }

    @Test
    void metadataPrintsWhatIsStored() throws IOException {
        String said = trial.run("metadata", boot.toString()).succeeded();
        assertTrue(said.contains("class-name           Ankle boot\n"), said);
        JsonObject json = JsonParser.parseString(
                        trial.run("metadata", boot.toString(), "--json").succeeded())
                .getAsJsonObject();
        assertEquals(0, json.get("class").getAsInt());
        Path other = folder.resolve("other.png");
        PngFile.write(other, new RgbImage(1, 1, new byte[3]), Map.of("Author", "somebody"));
        assertTrue(trial.run("metadata", other.toString()).succeeded().contains("Author  somebody"));
        Path text = folder.resolve("text.png");
        Files.writeString(text, "text");
        refused("is not a PNG", "metadata", text.toString());
    }

    @Test
    void modelsAreListedAndInspected() throws IOException {
        String list = trial.run("model", "list").succeeded();
        assertTrue(list.startsWith("tiny  "), list);
        assertTrue(list.contains("10 classes, f16"), list);
        String inspected = trial.run("model", "inspect", "tiny").succeeded();
        assertTrue(inspected.contains("1 2 3 4, 30 tokens"), inspected);
        assertTrue(inspected.contains("   1  great white shark, white shark"), inspected);
        JsonObject json = JsonParser.parseString(trial.run(
                                "model",
                                "inspect",
                                Trial.REFERENCE.resolve("vae.pth").toString(),
                                "--json",
                                "--tensors")
                        .succeeded())
                .getAsJsonObject();
        assertEquals(
                64, json.getAsJsonObject("tokenizer").get("vocabulary-size").getAsInt());
        Path damaged = folder.resolve("damaged.pth");
        Files.write(damaged, java.util.Arrays.copyOf(Files.readAllBytes(Trial.REFERENCE.resolve("var.pth")), 5000));
        refused("damaged.pth", "model", "inspect", damaged.toString());
        refused(
                "damaged.pth",
                "model",
                "convert",
                damaged.toString(),
                "--out",
                folder.resolve("m").toString());
        refused("--dtype is 'int8'", "model", "convert", "x", "--out", "y", "--dtype", "int8");
        refused(
                "var_d16",
                "model",
                "synthesize",
                "--like",
                "gpt",
                "--out",
                folder.resolve("m").toString());
    }

    @Test
    void aModelIsWrittenByAnExporterThatIsPluggedIn() throws IOException {
        Path out = folder.resolve("sketch");
        String[] export = {"model", "export", "tiny", "--sketch", "--out", out.toString()};
        assertEquals(
                "wrote " + out + ": tiny as sketch, 1 file, 0 kB\n",
                trial.run(export).succeeded());
        assertEquals("tiny in red", Files.readString(out.resolve("sketch.txt")));
        refused("already holds an export as sketch", export);
        trial.run(with(export, "--overwrite", "--colour", "blue")).succeeded();
        assertEquals("tiny in blue", Files.readString(out.resolve("sketch.txt")));
        refused("colour is 'green', must be one of red, blue", with(export, "--overwrite", "--colour", "green"));
        refused("say as what to write the model: --pth or --sketch", "model", "export", "tiny", "--out", out + "");
        refused("missing required option", "model", "export", "tiny", "--sketch");
        refused("there is no model 'huge'", "model", "export", "huge", "--sketch", "--out", out + "");
        Files.writeString(out.resolve("diary.txt"), "dear diary");
        refused("holds diary.txt, which is no part of an export as sketch", with(export, "--overwrite"));
        String help = trial.run("model", "export", "--help").succeeded();
        assertTrue(help.contains("--sketch") && help.contains("one of red, blue; default red [sketch]"), help);
        String list = trial.run("model", "--help").succeeded();
        assertTrue(list.contains("write a model as files that other programs read"), list);
    }

    @Test
    void whatIsPluggedInIsListed() {
        assertTrue(trial.run("backends").succeeded().contains("available, score 1: nowhere"));
        String samplers = trial.run("samplers").succeeded();
        assertTrue(samplers.contains("  quirky  always the first codes\n      --steps"), samplers);
        String json = trial.run("samplers", "--json").succeeded();
        assertEquals(
                4,
                JsonParser.parseString(json)
                        .getAsJsonObject()
                        .getAsJsonArray("samplers")
                        .size());
    }

    private void refused(String words, String... arguments) {
        String said = trial.run(arguments).failed(ExitCode.INPUT);
        assertTrue(said.contains(words), said);
    }

    private static String[] with(String[] line, String... more) {
        String[] all = java.util.Arrays.copyOf(line, line.length + more.length);
        System.arraycopy(more, 0, all, line.length, more.length);
        return all;
    }
}
