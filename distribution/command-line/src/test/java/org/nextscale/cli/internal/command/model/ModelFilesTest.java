package org.nextscale.cli.internal.command.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.session.ExitCode;

/** {@code model convert} and {@code model inspect} with files as people have them. */
class ModelFilesTest {
    private static final String VAE = Trial.REFERENCE.resolve("vae.pth").toString();
    private static final String VAR = Trial.REFERENCE.resolve("var.pth").toString();

    @TempDir
    Path folder;

    private Trial trial;

    @BeforeEach
    void convert() {
        trial = new Trial(folder);
    }

    private String refused(String... arguments) {
        String said = trial.run(arguments).failed(ExitCode.INPUT);
        assertFalse(said.contains("gson") || said.contains("Json") || said.contains("java."), said);
        return said;
    }

    private String[] withNames(byte[] names) throws IOException {
        Path file = Files.write(folder.resolve("own.txt"), names);
        return new String[] {
            "model",
            "convert",
            VAR,
            VAE,
            "--out",
            folder.resolve("made") + "",
            "--class-names",
            file + "",
            "--overwrite"
        };
    }

    @Test
    void classNamesAreUtf8WithOrWithoutAMark() throws IOException {
        String names = "zéro\none\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n";
        trial.run(withNames(("\ufeff" + names).getBytes(StandardCharsets.UTF_8)))
                .succeeded();
        String said = trial.run("model", "inspect", folder.resolve("made") + "").succeeded();
        assertTrue(said.contains("     0  zéro\n"), said);
        assertTrue(refused(withNames(names.getBytes(StandardCharsets.ISO_8859_1)))
                .endsWith("own.txt: line 1 is not UTF-8; save the file as UTF-8"));
        assertTrue(refused(withNames(names.getBytes(StandardCharsets.UTF_16))).contains("own.txt: is in UTF-16"));
        assertTrue(refused(withNames(names.replace("one", "").getBytes(StandardCharsets.UTF_8)))
                .contains("own.txt: line 2 is empty"));
        assertTrue(refused(withNames(names.replace("one\n", "").getBytes(StandardCharsets.UTF_8)))
                .contains("9 class names are given"));
    }

    @Test
    void aConfigurationThatIsNoJsonIsSaidWithItsPlace() throws IOException {
        Path config = Files.writeString(folder.resolve("own.json"), "{\n  // of my own\n  \"depth\": 2\n}\n");
        String said = refused("model", "convert", VAE, VAR, "--out", folder.resolve("x") + "", "--config", config + "");
        assertTrue(
                said.endsWith("own.json: is not valid JSON at line 2, column 3: a comment, which JSON does not have; "
                        + "take it out"),
                said);
    }

    @Test
    void checkpointsMayComeInAnyOrderButOneOfEach() {
        trial.run("model", "convert", VAR, VAE, "--out", folder.resolve("x") + "")
                .succeeded();
        String out = folder.resolve("y").toString();
        assertTrue(
                refused("model", "convert", VAR, VAR, "--out", out).contains("give a tokenizer's checkpoint instead"));
        assertTrue(refused("model", "convert", VAR, "--out", out).contains("but there is no tokenizer"));
        assertTrue(refused("model", "convert", VAE, "--out", out).contains("but there is no transformer"));
    }

    @Test
    void whatIsTakenAndWhatIsPassedOverIsShown() {
        Path file = folder.resolve("average.safetensors");
        try (Checkpoint var = Checkpoint.open(Path.of(VAR))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (WeightInfo each : var.tensors().weights()) {
                if (each.type() != DataType.I64) {
                    writer.add(
                            new WeightInfo("model." + each.name(), each.type(), each.shape()),
                            (first, target) -> var.tensors().read(each.name(), first, target));
                }
            }
            writer.add(
                    new WeightInfo("ema.word_embed.weight", DataType.F32, List.of(1L)),
                    (first, target) -> target.put(0));
            writer.write(file, ProgressListener.NONE, Cancellation.NEVER);
        }
        JsonObject json = JsonParser.parseString(
                        trial.run("model", "inspect", file + "", "--json").out())
                .getAsJsonObject();
        assertEquals("safetensors, under model", json.get("kind").getAsString());
        assertEquals(
                "[\"another transformer under ema\"]", json.get("passed-over").toString());
        assertTrue(trial.run("model", "inspect", file + "").out().contains("passed over"));
    }

    @Test
    void aFolderOfTwoThatDoNotFitIsNoModel() throws IOException {
        Path pair = Files.createDirectory(folder.resolve("pair"));
        Files.copy(Path.of(VAE), pair.resolve("vae.pth"));
        Files.copy(Path.of(VAE), pair.resolve("var.pth"));
        var outcome = trial.run("model", "inspect", pair + "");
        assertEquals(ExitCode.INPUT, outcome.exitCode());
        assertTrue(outcome.err().contains("both hold a tokenizer"), outcome.err());
    }
}
