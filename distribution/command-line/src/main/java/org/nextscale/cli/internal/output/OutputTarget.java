package org.nextscale.cli.internal.output;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
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
    private final boolean folder;
    private final Layout layout;
    private final int columns;
    private final int zoom;
    private final List<RgbImage> tiles = new ArrayList<>();
    private final List<Provenance> provenances = new ArrayList<>();
    private final List<Path> written = new ArrayList<>();

    private OutputTarget(Path path, boolean folder, Layout layout, int columns, int zoom) {
        this.path = path;
        this.folder = folder;
        this.layout = layout;
        this.columns = columns;
        this.zoom = zoom;
    }

    /**
     * @param out as typed; {@code null} for a file of that name in the current folder
     * @throws InvalidInputException if nothing can be written there
     */
    public static OutputTarget of(Path out, String name, Layout layout, int columns, int zoom) {
        Path path = out == null ? Path.of(name + ENDING) : out;
        boolean folder = isFolder(path);
        if (folder) {
            try {
                Files.createDirectories(path);
            } catch (IOException e) {
                throw new InvalidInputException("folder " + path + " cannot be made: " + e.getMessage(), e);
            }
        }
        Path parent = folder ? path : path.toAbsolutePath().getParent();
        if (!Files.isDirectory(parent)) {
            throw new InvalidInputException("--out " + path + ": folder " + parent + " does not exist");
        }
        if (!Files.isWritable(parent)) {
            throw new InvalidInputException("--out " + path + ": folder " + parent + " cannot be written to");
        }
        return new OutputTarget(path, folder, layout, columns, zoom);
    }

    /** Whether a path that was typed stands for a folder: it is one, or it does not end as an image file does. */
    public static boolean isFolder(Path path) {
        return Files.isDirectory(path)
                || !path.toString().toLowerCase(Locale.ROOT).endsWith(ENDING) && looksLikeFolder(path);
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
        if (folder) {
            write(path.resolve(FileNames.ofImage(image)), finished, described(image.provenance(), Layout.IMAGES));
        }
        boolean shared = !folder || layout != Layout.IMAGES;
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
        Path file = folder ? path.resolve(layout == Layout.SCALES ? "scales.png" : "grid.png") : path;
        Layout shown = layout == Layout.IMAGES && tiles.size() > 1 ? Layout.GRID : layout;
        write(file, whole, described(Provenance.joined(provenances), shown));
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

    private void write(Path file, RgbImage image, Provenance provenance) {
        PngFile.write(file, image, ProvenanceText.texts(provenance));
        written.add(file);
    }

    /** The files written so far, in order. */
    public List<Path> written() {
        return written;
    }

    /** The file that holds an image, the {@code index}-th that was added. */
    public Path fileOf(int index) {
        return folder ? written.get(index) : path;
    }

    public boolean isFolder() {
        return folder;
    }

    public Path path() {
        return path;
    }
}
