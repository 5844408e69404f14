package org.nextscale.training.internal.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nextscale.api.NextscaleException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.ImageGrid;
import org.nextscale.image.PngFile;

/** Grids of images made in the course of a run: {@code step-00001234.png}. One that cannot be written stops no run. */
public final class Samples {
    /** Smaller images are enlarged to about this size, to be looked at. */
    private static final int PLEASANT = 96;

    private final Path folder;
    private final Consumer<String> note;

    /** Grids in a folder, which need not exist yet. */
    public Samples(Path folder, Consumer<String> note) {
        this.folder = folder;
        this.note = note;
    }

    /** Says before the first step if there is no place for them. */
    public void prepare() {
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                note.accept("no samples can be written to " + folder + ": permission denied");
            }
        } catch (IOException e) {
            note.accept("no samples can be written to " + folder + ": " + e);
        }
    }

    /** Writes images as one grid, near square. */
    public void write(long step, Pixels images) {
        write(step, images, ImageGrid.columns(images.batch()));
    }

    /**
     * Writes images as one grid.
     *
     * @param columns images a row
     */
    public void write(long step, Pixels images, int columns) {
        int factor = Math.max(1, PLEASANT / images.width());
        List<RgbImage> tiles = IntStream.range(0, images.batch())
                .mapToObj(i -> RgbImage.of(images, i).enlarged(factor))
                .toList();
        Path file = folder.resolve(String.format(Locale.ROOT, "step-%08d.png", step));
        try {
            Files.createDirectories(folder);
            PngFile.write(file, ImageGrid.compose(tiles, columns), Map.of("step", Long.toString(step)));
        } catch (IOException | NextscaleException e) {
            note.accept("the samples " + file + " cannot be written: " + e.getMessage());
        }
    }
}
