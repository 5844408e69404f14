package org.nextscale.training.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Pixels;
import org.nextscale.image.ImageFiles;
import org.nextscale.image.PngFile;

class SamplesTest {
    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private static Pixels grey(int images, int side) {
        float[] values = new float[images * 3 * side * side];
        Arrays.fill(values, 0.2f);
        return new Pixels(images, side, side, values);
    }

    @Test
    void smallImagesAreEnlargedIntoAGrid() throws IOException {
        Samples samples = new Samples(folder.resolve("samples"), notes::add);
        samples.write(1234, grey(6, 32));
        Path file = folder.resolve("samples/step-00001234.png");
        assertEquals(new ImageSize(3 * 96 + 4, 2 * 96 + 2), ImageFiles.size(file));
        assertEquals("1234", PngFile.texts(file).get("step"));
        samples.write(2, grey(6, 256), 2);
        assertEquals(
                new ImageSize(2 * 256 + 2, 3 * 256 + 4), ImageFiles.size(folder.resolve("samples/step-00000002.png")));
        assertEquals(List.of(), notes);
    }

    @Test
    void whatCannotBeWrittenStopsNothing() throws IOException {
        Path file = Files.writeString(folder.resolve("samples"), "a file");
        new Samples(file, notes::add).write(1, grey(1, 8));
        assertEquals(1, notes.size());
        assertTrue(notes.get(0).contains("step-00000001.png cannot be written"), notes.get(0));
    }
}
