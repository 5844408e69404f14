package org.nextscale.training.internal.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.engine.image.ImageFiles;
import org.nextscale.engine.image.ImageFormat;
import org.nextscale.engine.image.RgbImage;

/**
 * Pictures of folders, their shorter edge resized to 1.125 times the side, of which a view takes a square. Small sets are
 * decoded once and kept; of large ones only the headers are looked at when they are opened, and what then turns out to be
 * damaged is replaced by the next picture of its class.
 */
final class FolderImages implements ImageSet {
    /** Sets that take more memory than this are decoded when they are read. */
    static final long MOST_KEPT = 512L << 20;

    /** Shorter edge of the picture, against the square that is taken from it (the reference's {@code mid_reso}). */
    private static final double MARGIN = 1.125;

    private static final List<ImageFormat> FORMATS = List.of(new WebpFormat());

    private final List<String> classNames;
    private final List<Path> files;
    private final int[] labels;
    private final String fingerprint;
    private final int side;
    private final RgbImage[] kept;
    private final LeftOut leftOut;

    private FolderImages(PictureFiles pictures, int side, int[] good, RgbImage[] kept, Consumer<String> note) {
        this.classNames = pictures.classNames();
        this.files = IntStream.of(good).mapToObj(pictures.files()::get).toList();
        this.labels = IntStream.of(good).map(each -> pictures.labels()[each]).toArray();
        this.fingerprint = pictures.fingerprint();
        this.side = side;
        this.kept = kept;
        this.leftOut = new LeftOut(note);
    }

    /**
     * Looks at every file.
     *
     * @param mostKept bytes of decoded pictures that may be kept in memory
     */
    static ImageSet open(PictureFiles pictures, int side, long mostKept, Consumer<String> note) {
        int count = pictures.files().size();
        String[] problems = new String[count];
        long[] bytes = new long[count];
        IntStream.range(0, count).parallel().forEach(i -> {
            try {
                bytes[i] = bytes(ImageFiles.size(pictures.files().get(i), FORMATS), shortEdge(side));
            } catch (InvalidInputException e) {
                problems[i] = e.getMessage();
            }
        });
        RgbImage[] decoded = null;
        if (IntStream.range(0, count).mapToLong(i -> bytes[i]).sum() <= mostKept) {
            decoded = decode(pictures, side, problems);
        }
        int[] good = good(pictures, problems, note);
        RgbImage[] all = decoded;
        RgbImage[] kept =
                all == null ? null : IntStream.of(good).mapToObj(i -> all[i]).toArray(RgbImage[]::new);
        return new FolderImages(pictures, side, good, kept, note);
    }

    private static int shortEdge(int side) {
        return (int) Math.round(MARGIN * side);
    }

    private static long bytes(ImageFiles.Size size, int shortEdge) {
        double shape = (double) Math.max(size.width(), size.height()) / Math.min(size.width(), size.height());
        return (long) (3L * shortEdge * shortEdge * Math.min(shape, ImageFiles.MOST_LENGTH));
    }

    private static RgbImage[] decode(PictureFiles pictures, int side, String[] problems) {
        RgbImage[] decoded = new RgbImage[problems.length];
        IntStream.range(0, problems.length)
                .parallel()
                .filter(i -> problems[i] == null)
                .forEach(i -> {
                    try {
                        decoded[i] = ImageFiles.read(pictures.files().get(i), shortEdge(side), FORMATS);
                    } catch (InvalidInputException e) {
                        problems[i] = e.getMessage();
                    }
                });
        return decoded;
    }

    /** Files without a problem; every class that has files must have one. */
    private static int[] good(PictureFiles pictures, String[] problems, Consumer<String> note) {
        LeftOut leftOut = new LeftOut(note);
        int classes = pictures.classNames().size();
        int[] goodOnes = new int[classes];
        String[] first = new String[classes];
        List<Integer> good = new ArrayList<>();
        for (int i = 0; i < problems.length; i++) {
            int label = pictures.labels()[i];
            if (problems[i] == null) {
                goodOnes[label]++;
                good.add(i);
            } else {
                leftOut.add(i, problems[i]);
                first[label] = first[label] == null ? problems[i] : first[label];
            }
        }
        for (int label = 0; label < classes; label++) {
            if (goodOnes[label] == 0 && first[label] != null) {
                throw new InvalidInputException(
                        "no picture of class " + pictures.classNames().get(label) + " can be read: " + first[label]);
            }
        }
        if (leftOut.size() > 0) {
            note.accept(leftOut.size() + " of " + problems.length + " pictures are left out");
        }
        return good.stream().mapToInt(Integer::intValue).toArray();
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public int side() {
        return side;
    }

    @Override
    public String fingerprint() {
        return fingerprint;
    }

    @Override
    public void read(int index, View view, float[] target, int offset) {
        RgbImage image = kept == null ? decode(index) : kept[index];
        int top = View.offset(view.cropY(), image.height(), side);
        int left = View.offset(view.cropX(), image.width(), side);
        Planes.write(image, top, left, side, view.flipped(), target, offset);
    }

    /** A picture, or the next one of its class that is whole. */
    private RgbImage decode(int index) {
        int candidate = index;
        do {
            if (!leftOut.contains(candidate)) {
                try {
                    return ImageFiles.read(files.get(candidate), shortEdge(side), FORMATS);
                } catch (InvalidInputException e) {
                    leftOut.add(candidate, e.getMessage());
                }
            }
            candidate = next(candidate);
        } while (candidate != index);
        throw new InvalidInputException(
                "no picture of class " + classNames.get(labels[index]) + " can be read any more");
    }

    /** Files are in the order of their classes. */
    private int next(int index) {
        if (index + 1 < labels.length && labels[index + 1] == labels[index]) {
            return index + 1;
        }
        int first = index;
        while (first > 0 && labels[first - 1] == labels[index]) {
            first--;
        }
        return first;
    }
}
