package org.nextscale.training.internal.data;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;
import org.nextscale.image.ImageFit;
import org.nextscale.image.Resampling;
import org.nextscale.model.description.NamedClasses;

/**
 * The images of a set as squares of one size. Small images that are all of one size are padded or resized whole. Of pictures, the
 * shorter edge is resized to 1.125 times the side, and a view takes a square of that. Sets that fit are decoded once and kept; of
 * large ones only the headers are looked at when they are opened, and what then turns out to be damaged is replaced by the next
 * picture of its class. Thread-safe and, once opened, unchanging.
 */
public final class TrainingImages {
    /** Sets that take more memory than this are decoded when they are read. */
    static final long MOST_KEPT = 512L << 20;

    /** Shorter edge of a picture, against the square that is taken from it (the reference's {@code mid_reso}). */
    private static final double MARGIN = 1.125;

    private final ImageSet set;
    private final int side;
    /** Images of the set that can be read. */
    private final int[] indices;
    /** What {@link #prepared} makes of each of them, or {@code null}. */
    private final RgbImage[] kept;

    private final LeftOut leftOut;
    private final ImageClasses classes;

    private TrainingImages(ImageSet set, int side, int[] indices, RgbImage[] kept, Consumer<String> note) {
        this(set, side, indices, kept, new LeftOut(note), ImageClasses.of(set));
    }

    private TrainingImages(
            ImageSet set, int side, int[] indices, RgbImage[] kept, LeftOut leftOut, ImageClasses classes) {
        this.set = set;
        this.side = side;
        this.indices = indices;
        this.kept = kept;
        this.leftOut = leftOut;
        this.classes = classes;
    }

    /**
     * Looks at every image.
     *
     * @param set stays open as long as this is used
     * @param side pixels along an edge of the squares
     * @param note is told of images that are left out, a line each, on whatever thread reads them
     * @throws InvalidInputException if no image of some class can be read, or the set is too large to be read in its order only
     */
    public static TrainingImages of(ImageSet set, int side, Consumer<String> note) {
        return of(set, side, MOST_KEPT, note);
    }

    /** @param mostKept bytes of decoded images that may be kept in memory */
    static TrainingImages of(ImageSet set, int side, long mostKept, Consumer<String> note) {
        int count = set.size();
        if (set.commonSize().isPresent() && set.isRandomAccess()) {
            return new TrainingImages(set, side, IntStream.range(0, count).toArray(), null, note);
        }
        String[] problems = new String[count];
        long bytes = bytes(set, side, problems);
        if (bytes > mostKept && !set.isRandomAccess()) {
            throw new InvalidInputException(set.description() + " can only be read in its order, and its " + count
                    + " images take more memory than the " + (mostKept >> 20)
                    + " MB that are kept: unpack them into files");
        }
        RgbImage[] prepared = bytes <= mostKept ? prepare(set, side, problems) : null;
        int[] good = good(set, problems, note);
        RgbImage[] kept = prepared == null
                ? null
                : IntStream.of(good).mapToObj(index -> prepared[index]).toArray(RgbImage[]::new);
        return new TrainingImages(set, side, good, kept, note);
    }

    private static IntStream all(ImageSet set) {
        IntStream indices = IntStream.range(0, set.size());
        return set.isRandomAccess() ? indices.parallel() : indices;
    }

    /** What all take when they are prepared; those whose headers cannot be read have a problem. */
    private static long bytes(ImageSet set, int side, String[] problems) {
        return all(set).mapToLong(i -> {
                    try {
                        return bytes(set.imageSize(i), set.commonSize().isPresent() ? side : shortEdge(side));
                    } catch (InvalidInputException e) {
                        problems[i] = e.getMessage();
                        return 0;
                    }
                })
                .sum();
    }

    private static long bytes(ImageSize size, int shortEdge) {
        double shape = (double) Math.max(size.width(), size.height()) / Math.min(size.width(), size.height());
        return (long) (3L * shortEdge * shortEdge * Math.min(shape, ImageFit.MOST_LENGTH));
    }

    private static int shortEdge(int side) {
        return (int) Math.round(MARGIN * side);
    }

    private static RgbImage[] prepare(ImageSet set, int side, String[] problems) {
        RgbImage[] prepared = new RgbImage[problems.length];
        all(set).filter(i -> problems[i] == null).forEach(i -> {
            try {
                prepared[i] = prepared(set, i, side);
            } catch (InvalidInputException e) {
                if (!set.isRandomAccess()) {
                    // A stream that is damaged has no next image.
                    throw e;
                }
                problems[i] = e.getMessage();
            }
        });
        return prepared;
    }

    /** An image of at least {@code side × side} pixels that a square is taken from. */
    private static RgbImage prepared(ImageSet set, int index, int side) {
        RgbImage image = set.image(index);
        if (set.commonSize().isEmpty()) {
            return ImageFit.shortEdge(image, shortEdge(side));
        }
        Optional<RgbImage> padded = ImageFit.padded(image, side);
        return padded.orElseGet(() -> Resampling.LANCZOS.resized(ImageFit.wholeSquare(image), side, side));
    }

    /** Images without a problem; every class that has images must have one. */
    private static int[] good(ImageSet set, String[] problems, Consumer<String> note) {
        LeftOut leftOut = new LeftOut(note);
        int classes = set.classNames().size();
        int[] goodOnes = new int[classes];
        String[] first = new String[classes];
        for (int i = 0; i < problems.length; i++) {
            OptionalInt label = set.label(i);
            if (problems[i] != null) {
                leftOut.add(i, problems[i]);
            }
            if (label.isPresent() && label.getAsInt() < classes) {
                int of = label.getAsInt();
                goodOnes[of] += problems[i] == null ? 1 : 0;
                first[of] = first[of] == null ? problems[i] : first[of];
            }
        }
        for (int label = 0; label < classes; label++) {
            if (goodOnes[label] == 0 && first[label] != null) {
                throw new InvalidInputException(
                        "no picture of class " + set.classNames().get(label) + " can be read: " + first[label]);
            }
        }
        if (leftOut.size() == problems.length) {
            throw new InvalidInputException("no image in " + set.description() + " can be read"
                    + (problems.length == 0 ? "" : ": " + problems[0]));
        }
        if (leftOut.size() > 0) {
            note.accept(leftOut.size() + " of " + problems.length + " pictures are left out");
        }
        return IntStream.range(0, problems.length)
                .filter(i -> problems[i] == null)
                .toArray();
    }

    /** How many images can be read. */
    public int size() {
        return indices.length;
    }

    /** Names of the classes, by label. */
    public List<String> classNames() {
        return classes.names();
    }

    /** Refuses images whose classes are not known, or have names that what is trained cannot keep. */
    public TrainingImages requireClasses() {
        if (classes.names().isEmpty()
                || IntStream.of(indices).anyMatch(index -> set.label(index).isEmpty())) {
            throw new InvalidInputException(set.description()
                    + " does not say the class of every image: put them into a folder for each class");
        }
        NamedClasses.requirePrintable(classes.names());
        return this;
    }

    /** The same images as seen by who has learned the classes of others: a class has its number there, by its name. */
    public TrainingImages withClassesOf(TrainingImages learned) {
        requireClasses();
        return new TrainingImages(set, side, indices, kept, leftOut, classes.asIn(learned.classes, set.description()));
    }

    /** Class of an image, from 0. */
    public int label(int index) {
        return classes.number(set.label(indices[index]).orElseThrow());
    }

    /** Pixels along an edge. */
    public int side() {
        return side;
    }

    /** Elements of one image: {@code 3 · side · side}. */
    public int elements() {
        return 3 * side * side;
    }

    /** As {@link ImageSet#fingerprint}: the same whatever size images are read at. */
    public String fingerprint() {
        return set.fingerprint();
    }

    /**
     * Writes one image, {@code [3, side, side]} in [-1, 1]. The same index and view always give the same pixels.
     *
     * @param view part of the image, where it has more than fits; every image can be flipped
     * @param offset where in {@code target} it begins
     */
    public void read(int index, View view, float[] target, int offset) {
        RgbImage image = kept == null ? decode(index) : kept[index];
        int top = View.offset(view.cropY(), image.height(), side);
        int left = View.offset(view.cropX(), image.width(), side);
        Planes.write(image, top, left, side, view.flipped(), target, offset);
    }

    /** An image, or the next one of its class that is whole. */
    private RgbImage decode(int index) {
        int candidate = index;
        do {
            if (!leftOut.contains(candidate)) {
                try {
                    return prepared(set, indices[candidate], side);
                } catch (InvalidInputException e) {
                    leftOut.add(candidate, e.getMessage());
                }
            }
            candidate = next(candidate);
        } while (candidate != index);
        throw new InvalidInputException(
                "no picture of the class of " + set.name(indices[index]) + " can be read any more");
    }

    private int next(int index) {
        OptionalInt label = set.label(indices[index]);
        int candidate = index;
        do {
            candidate = (candidate + 1) % indices.length;
        } while (candidate != index && !set.label(indices[candidate]).equals(label));
        return candidate;
    }
}
