package org.nextscale.benchmarks.quality;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.nextscale.api.InvalidInputException;

/** Fashion-MNIST as its authors distribute it: gzipped IDX files, big-endian, 28 × 28 grey pixels and a label a byte. */
final class FashionMnist {
    static final int CLASSES = 10;

    /** Where Debian's package puts it. */
    static final Path DEBIAN = Path.of("/usr/share/datasets/fashion-mnist");

    private static final int SIDE = 28;
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;

    private FashionMnist() {}

    /**
     * Reads a part of the set, padded with black to 32 × 32 as the boxed model's training images were.
     *
     * @param part {@code "train"} or {@code "t10k"}
     * @throws InvalidInputException if the file is not there or is not what it should be
     */
    static GreyImages read(Path folder, String part) {
        byte[] pixels = idx(folder.resolve(part + "-images-idx3-ubyte.gz"), IMAGES, SIDE * SIDE);
        byte[] classes = idx(folder.resolve(part + "-labels-idx1-ubyte.gz"), LABELS, 1);
        if (pixels.length != classes.length * SIDE * SIDE) {
            throw new InvalidInputException(folder + ": " + part + " has " + pixels.length / (SIDE * SIDE)
                    + " images but " + classes.length + " labels");
        }
        int[] labels = new int[classes.length];
        byte[] levels = new byte[labels.length * GreyImages.PIXELS];
        int margin = (GreyImages.SIDE - SIDE) / 2;
        for (int image = 0; image < labels.length; image++) {
            labels[image] = classes[image];
            for (int y = 0; y < SIDE; y++) {
                int to = (image * GreyImages.SIDE + y + margin) * GreyImages.SIDE + margin;
                System.arraycopy(pixels, (image * SIDE + y) * SIDE, levels, to, SIDE);
            }
        }
        return new GreyImages(levels, labels);
    }

    private static byte[] idx(Path file, int magic, int itemBytes) {
        if (!Files.isReadable(file)) {
            throw new InvalidInputException("no Fashion-MNIST at " + file
                    + ": install the Debian package dataset-fashion-mnist or name its folder with --data");
        }
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file))))) {
            int found = in.readInt();
            int count = in.readInt();
            int item = 1;
            for (int dimension = 1; dimension < (found & 0xff); dimension++) {
                item = Math.multiplyExact(item, in.readInt());
            }
            if (found != magic || item != itemBytes) {
                throw new InvalidInputException(file + " is not an IDX file of " + itemBytes + " bytes an item");
            }
            byte[] values = in.readNBytes(Math.multiplyExact(count, item));
            if (values.length != count * item) {
                throw new InvalidInputException(
                        file + " ends after " + values.length / item + " of " + count + " items");
            }
            return values;
        } catch (IOException | ArithmeticException | IllegalArgumentException e) {
            throw new InvalidInputException(file + " is not a gzipped IDX file: " + e.getMessage(), e);
        }
    }
}
