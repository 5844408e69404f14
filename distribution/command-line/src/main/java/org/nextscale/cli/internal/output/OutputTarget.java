package org.nextscale.cli.internal.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.cli.internal.session.Console;
import org.nextscale.image.ImageGrid;
import org.nextscale.image.PngFile;
import org.nextscale.image.ProvenanceText;

/**
 * Where finished images go: one file, or a folder with a file an image. Images of a folder are written as they come, so
 * that what is done is kept whatever happens later. For one thread.
 */
public final class OutputTarget {
    /** What one file of several images shows. */
    public enum Layout {
        /** Each image for itself; several in one file as a grid. */
        IMAGES,
        /** Rows and columns. */
        GRID,
        /** A row an image, a column a scale. */
        SCALES
    }

    private static final String ENDING = ".png";

    private final Path path;
    /** Of one file; empty for a folder. */
    private final Optional<PngOutput> file;

    private final Layout layout;
    private final int columns;
    private final int zoom;
    private final List<RgbImage> tiles = new ArrayList<>();
    private final List<Provenance> provenances = new ArrayList<>();
    private final List<Path> written = new ArrayList<>();

    private OutputTarget(Path path, Optional<PngOutput> file, Layout layout, int columns, int zoom) {
        this.path = path;
        this.file = file;
        this.layout = layout;
        this.columns = columns;
        this.zoom = zoom;
    }

    /**
     * @param out as typed; {@code null} for a file of that name in the current folder, {@code -} for standard output
     * @param json whether a JSON document goes to standard output
     * @throws InvalidInputException if nothing can be written there
     */
    public static OutputTarget of(
            Path out, String name, Layout layout, int columns, int zoom, Console console, boolean json) {
        Path path = out == null ? Path.of(name + ENDING) : out;
        if (!isFolder(path)) {
            return new OutputTarget(path, Optional.of(PngOutput.of(path, console, json)), layout, columns, zoom);
        }
        try {
            Files.createDirectories(path);
        } catch (IOException e) {
            throw new InvalidInputException("folder " + path + " cannot be made: " + e.getMessage(), e);
        }
        if (!Files.isWritable(path)) {
            throw new InvalidInputException("--out " + path + ": the folder cannot be written to");
        }
        return new OutputTarget(path, Optional.empty(), layout, columns, zoom);
    }

    /**
     * Whether a path that was typed stands for a folder: it is one, or it does not end as an image file does. A device or a pipe is
     * written to as it is.
     */
    public static boolean isFolder(Path path) {
        if (Files.exists(path)) {
            return Files.isDirectory(path);
        }
        return !PngOutput.isStandardOutput(path)
                && !path.toString().toLowerCase(Locale.ROOT).endsWith(ENDING)
                && looksLikeFolder(path);
    }

    private static boolean looksLikeFolder(Path path) {
        String name = String.valueOf(path.getFileName());
        int dot = name.lastIndexOf('.');
        String ending = dot <= 0 ? "" : name.substring(dot).toLowerCase(Locale.ROOT);
        if (List.of(".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff").contains(ending)) {
            throw new InvalidInputException(
                    "--out " + path + ": images are written as PNG, name it " + name.substring(0, dot) + ENDING);
        }
        return true;
    }

    /** Columns of a grid nobody described: a row a class where classes have several images each, else near square. */
    public static int columns(int images, int perClass) {
        boolean rowAClass = perClass > 1 && images > perClass;
        return rowAClass ? perClass : ImageGrid.columns(images);
    }

    /**
     * Takes an image.
     *
     * @param series what it looked like at every scale, itself last; only looked at for {@link Layout#SCALES}
     */
    public void add(GeneratedImage image, List<RgbImage> series) {
        RgbImage finished = image.pixels().enlarged(zoom);
        if (isFolder()) {
            write(FileNames.ofImage(image), finished, described(image.provenance(), Layout.IMAGES));
        }
        boolean shared = !isFolder() || layout != Layout.IMAGES;
        if (shared) {
            if (layout == Layout.SCALES) {
                series.forEach(step -> tiles.add(step.enlarged(zoom)));
            } else {
                tiles.add(finished);
            }
            provenances.add(image.provenance());
        }
    }

    /** Writes what several images share. */
    public void finish() {
        if (tiles.isEmpty()) {
            return;
        }
        int across = layout == Layout.SCALES ? tiles.size() / provenances.size() : columns;
        RgbImage whole = tiles.size() == 1 ? tiles.get(0) : ImageGrid.compose(tiles, across);
        String name = layout == Layout.SCALES ? "scales.png" : "grid.png";
        Layout shown = layout == Layout.IMAGES && tiles.size() > 1 ? Layout.GRID : layout;
        write(name, whole, described(Provenance.joined(provenances), shown));
    }

    /** What the file shows belongs to how it was made: {@code generate --like} lays it out again. */
    private Provenance described(Provenance provenance, Layout shown) {
        Provenance laidOut = switch (shown) {
            case IMAGES -> provenance;
            case GRID -> provenance.withGrid(columns);
            case SCALES -> provenance.withScales();
        };
        return zoom > 1 ? laidOut.withZoom(zoom) : laidOut;
    }

    /** Whether {@link #add} looks at the series over the scales. */
    public boolean wantsSeries() {
        return layout == Layout.SCALES;
    }

    /** @param name in the folder, if it is one */
    private void write(String name, RgbImage image, Provenance provenance) {
        Map<String, String> texts = ProvenanceText.texts(provenance);
        if (file.isPresent()) {
            file.get().write(image, texts);
            written.add(path);
        } else {
            PngFile.write(path.resolve(name), image, texts);
            written.add(path.resolve(name));
        }
    }

    /** Says what was written, where it does not get between the bytes of a picture. */
    public void say(String text, Console console) {
        if (file.isPresent()) {
            file.get().say(text);
        } else {
            console.line(text);
        }
    }

    /** The files written so far, in order. */
    public List<Path> written() {
        return written;
    }

    /** The file that holds an image, the {@code index}-th that was added. */
    public Path fileOf(int index) {
        return isFolder() ? written.get(index) : path;
    }

    public boolean isFolder() {
        return file.isEmpty();
    }

    public Path path() {
        return path;
    }
}
