package org.nextscale.training.internal.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.file.Sha256;

/** Folders of MNIST's kind: a file of grey images and one of labels for each part, in IDX. */
final class IdxImages {
    /** Of the label files of Fashion-MNIST, training and test. */
    private static final Set<String> FASHION_LABELS = Set.of(
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

    private static final List<String> FASHION_NAMES = List.of(
            "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot");

    private static final int LABEL_MAGIC = 0x0801;

    private IdxImages() {}

    /** The file of a part's images, if the folder holds any. */
    static Optional<Path> find(Path folder, Part part) throws IOException {
        return find(folder, part, "images", "idx3");
    }

    /** Opens a part whose images are in {@code images}. */
    static ImageSet open(Path folder, Path images, Part part, int side) throws IOException {
        Path labels = find(folder, part, "labels", "idx1")
                .orElseThrow(() -> new InvalidInputException(folder + " has the images " + images.getFileName()
                        + " and no labels for them: " + prefixes(part).get(0) + "-labels-idx1-ubyte is missing"));
        IdxFile pixels = IdxFile.read(images, 3);
        IdxFile classes = IdxFile.read(labels, 1);
        int count = pixels.sizes()[0];
        if (classes.sizes()[0] != count) {
            throw new InvalidInputException(images + " has " + count + " images, " + labels.getFileName() + " has "
                    + classes.sizes()[0] + " labels: they do not belong together");
        }
        String fingerprint =
                new Sha256().add(pixels.sha256()).add(classes.sha256()).hex();
        return new StoredImages(
                grey(pixels), classes.bytes(), names(folder, classes), fingerprint, Fit.of(edge(pixels), side));
    }

    private static Optional<Path> find(Path folder, Part part, String what, String type) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.sorted().toList()) {
                String name = each.getFileName().toString();
                String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
                for (String prefix : prefixes(part)) {
                    String end = prefix + "-" + what;
                    if (bare.endsWith(end + "-" + type + "-ubyte") || bare.endsWith(end + "." + type + "-ubyte")) {
                        found.add(each);
                    }
                }
            }
        }
        // A file and its compressed self are one, and sorted the bare one comes first.
        if (found.size() > 1 && !found.get(1).toString().equals(found.get(0) + ".gz") || found.size() > 2) {
            throw new InvalidInputException(
                    folder + " holds several sets of images: " + found.get(0).getFileName() + " and "
                            + found.get(1).getFileName() + "; put each into a folder of its own");
        }
        return found.stream().findFirst();
    }

    private static List<String> prefixes(Part part) {
        return part == Part.TRAIN ? List.of("train") : List.of("t10k", "test");
    }

    private static int edge(IdxFile images) {
        return Math.max(images.sizes()[1], images.sizes()[2]);
    }

    /** {@code [count, edge, edge]}: what is no square lies in the middle of a black one. */
    private static StoredPixels grey(IdxFile images) {
        int rows = images.sizes()[1];
        int columns = images.sizes()[2];
        int edge = edge(images);
        if (rows == columns) {
            return new StoredPixels(edge, 1, images.bytes());
        }
        int count = images.sizes()[0];
        if ((long) count * edge * edge > Integer.MAX_VALUE - 64) {
            throw new InvalidInputException("images of " + rows + " x " + columns + " pixels, " + count
                    + " of them, are too many for one file");
        }
        byte[] squares = new byte[count * edge * edge];
        int first = (edge - rows) / 2 * edge + (edge - columns) / 2;
        for (int i = 0; i < count; i++) {
            for (int y = 0; y < rows; y++) {
                System.arraycopy(
                        images.bytes(), (i * rows + y) * columns, squares, i * edge * edge + first + y * edge, columns);
            }
        }
        return new StoredPixels(edge, 1, squares);
    }

    private static List<String> names(Path folder, IdxFile labels) {
        int classes = 0;
        for (byte label : labels.bytes()) {
            classes = Math.max(classes, (label & 0xff) + 1);
        }
        if (classes <= FASHION_NAMES.size() && fashion(folder, labels)) {
            return FASHION_NAMES;
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < classes; i++) {
            names.add(Integer.toString(i));
        }
        return names;
    }

    private static boolean fashion(Path folder, IdxFile labels) {
        String file =
                new Sha256().add(header(labels.sizes()[0])).add(labels.bytes()).hex();
        Path name = folder.toAbsolutePath().normalize().getFileName();
        return FASHION_LABELS.contains(file)
                || name != null && name.toString().toLowerCase(Locale.ROOT).contains("fashion");
    }

    private static byte[] header(int count) {
        return ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(LABEL_MAGIC)
                .putInt(count)
                .array();
    }
}
