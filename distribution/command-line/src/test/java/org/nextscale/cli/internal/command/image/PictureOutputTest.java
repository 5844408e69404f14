package org.nextscale.cli.internal.command.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.RgbImage;
import org.nextscale.cli.internal.Trial;
import org.nextscale.cli.internal.Trial.Outcome;
import org.nextscale.cli.internal.session.ExitCode;
import org.nextscale.image.ImageFiles;
import org.nextscale.image.PngFile;

/** Where pictures go besides plain files, and masks that say nothing. */
class PictureOutputTest {
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
    void aPictureGoesToStandardOutputAndWordsDoNot() {
        for (String[] line : new String[][] {
            {"generate", "--class", "0", "--profile"},
            {"reconstruct", boot.toString()},
            {"reconstruct", boot.toString(), "--scales"}
        }) {
            String[] all = Arrays.copyOf(line, line.length + 2);
            all[line.length] = "--out";
            all[line.length + 1] = "-";
            Outcome outcome = trial.run(all);

            assertEquals(ExitCode.OK, outcome.exitCode(), outcome.err());
            assertTrue(outcome.out().startsWith("\ufffdPNG\r\n"), line[0]);
            assertEquals(outcome.out().indexOf("IEND"), outcome.out().length() - 8, "nothing behind the picture");
            assertTrue(outcome.err().contains("wrote -: "), outcome.err());
        }
        assertFalse(Files.exists(Path.of("-")));
    }

    @Test
    void standardOutputTakesAPictureOrADocument() {
        assertTrue(trial.run("generate", "--class", "0", "--out", "-", "--json")
                .failed(ExitCode.INPUT)
                .contains("--json and --out - both go to standard output"));
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "/dev/null is needed")
    void aDeviceIsNoFolder() {
        trial.run("generate", "--class", "0", "--out", "/dev/null").succeeded();
        trial.run("reconstruct", boot.toString(), "--out", "/dev/null").succeeded();
        assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    }

    @Test
    void aMaskThatSelectsNothingIsSaid() throws IOException {
        RgbImage picture = ImageFiles.read(boot);
        byte[] zeroOne = new byte[picture.rgb().length];
        Arrays.fill(zeroOne, 0, zeroOne.length / 2, (byte) 1);
        Path mask = folder.resolve("mask.png");
        PngFile.write(mask, new RgbImage(picture.width(), picture.height(), zeroOne), Map.of());
        String file = folder.resolve("x.png").toString();
        String words = trial.run("edit", "--in", boot.toString(), "--mask", mask.toString(), "--out", file)
                .failed(ExitCode.INPUT);
        assertTrue(words.contains("leaves nothing to be made anew") && words.endsWith("brightest pixel is 1"), words);

        Arrays.fill(zeroOne, (byte) 255);
        PngFile.write(mask, new RgbImage(picture.width(), picture.height(), zeroOne), Map.of());
        words = trial.run("edit", "--in", boot.toString(), "--mask", mask.toString(), "--outpaint", "--out", file)
                .failed(ExitCode.INPUT);
        assertTrue(words.endsWith("kept with --outpaint, and it is white all over"), words);
        assertFalse(Files.exists(Path.of(file)));
    }
}
