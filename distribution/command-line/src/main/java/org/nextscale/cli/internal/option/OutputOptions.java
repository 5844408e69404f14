package org.nextscale.cli.internal.option;

import java.nio.file.Path;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Provenance;
import org.nextscale.cli.internal.output.OutputTarget;
import org.nextscale.cli.internal.output.OutputTarget.Layout;
import org.nextscale.cli.internal.session.Console;
import picocli.CommandLine.Option;

/** Where images go and how several share a file: {@code --out}, {@code --grid}, {@code --scales}, {@code --zoom}. */
public final class OutputOptions {
    private static final int LARGEST_ZOOM = 64;

    @Option(
            names = "--out",
            paramLabel = "FILE.png|FOLDER",
            description =
                    "a file, replaced if it is there; several images share it as a grid. Or a folder, made if it is not there:"
                            + " a file for every image, 0000-ankle-boot.png and so on; - is standard output (default: a name"
                            + " that says class and seed)")
    private Path out;

    @Option(
            names = "--grid",
            paramLabel = "COLUMNS",
            arity = "0..1",
            fallbackValue = "0",
            description =
                    "all images in one file, in so many columns if said; in a folder as grid.png besides the images")
    private Integer grid;

    @Option(
            names = "--scales",
            description =
                    "the series from the coarsest scale to the finished image, a row an image; in a folder as scales.png")
    private boolean scales;

    @Option(
            names = "--zoom",
            paramLabel = "N",
            description = "write every pixel as N x N pixels, for models of small images (default: 1)")
    private Integer zoom;

    /**
     * Where to write, checked before any work is done.
     *
     * @param name of the file if none was said, without ending
     * @param perClass images a class, which make a row of the grid where several classes have several images
     * @param json whether the command answers with a JSON document
     * @param earlier whose layout a file takes where nothing else was typed
     */
    public OutputTarget target(
            String name, int images, int perClass, Optional<Provenance> earlier, Console console, boolean json) {
        if (grid != null && grid < 0) {
            throw new InvalidInputException("--grid is " + grid + ", must be at least 1 column");
        }
        if (scales && grid != null) {
            throw new InvalidInputException(
                    "--grid and --scales both say what the file shows: leave one of the two out");
        }
        int enlarged = zoom != null ? zoom : earlier.map(Provenance::zoom).orElse(1);
        if (enlarged < 1 || enlarged > LARGEST_ZOOM) {
            throw new InvalidInputException("--zoom is " + enlarged + ", must be in 1.." + LARGEST_ZOOM);
        }
        int columns = grid != null && grid > 0 ? grid : OutputTarget.columns(images, perClass);
        Layout layout = scales ? Layout.SCALES : grid != null ? Layout.GRID : Layout.IMAGES;
        boolean asBefore = layout == Layout.IMAGES && (out == null || !OutputTarget.isFolder(out));
        if (asBefore && earlier.isPresent()) {
            layout = earlier.get().showsScales() ? Layout.SCALES : Layout.IMAGES;
            columns = earlier.get().grid().orElse(columns);
        }
        return OutputTarget.of(out, name, layout, columns, enlarged, console, json);
    }
}
