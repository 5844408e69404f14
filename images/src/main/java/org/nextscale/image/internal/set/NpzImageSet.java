package org.nextscale.image.internal.set;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.RgbImage;
import org.nextscale.files.PrintableText;
import org.nextscale.files.Sha256;
import org.nextscale.files.numpy.NpzFile;
import org.nextscale.image.ImageFiles;

/**
 * Images in an {@code .npz} as OpenAI's evaluator takes it: {@code arr_0}, bytes {@code [images, height, width, 3]}; and, if it
 * is there, their classes in {@code arr_1}. It is a stream, so that images come in order only.
 */
final class NpzImageSet implements ImageSet {
    private static final String IMAGES = "arr_0";
    private static final String LABELS = "arr_1";

    private final Path file;
    private final int count;
    private final ImageSize size;
    /** {@code null} where there are none. */
    private final int[] labels;
    /** Open from the first image to the last. */
    private NpzFile npz;

    private NpzFile.Array images;
    private int next;

    private NpzImageSet(Path file, int count, ImageSize size, int[] labels) {
        this.file = file;
        this.count = count;
        this.size = size;
        this.labels = labels;
    }

    /**
     * Reads the headers.
     *
     * @param note is told if what is stored as classes is none
     */
    static ImageSet open(Path file, Consumer<String> note) {
        try (NpzFile npz = NpzFile.open(file);
                NpzFile.Array images = npz.array(IMAGES)) {
            images.requireRows();
            List<Long> shape = images.shape();
            if (!images.type().equals("|u1") || shape.size() != 4 || shape.get(3) != 3) {
                throw new InvalidInputException(file + ": " + IMAGES + " is of type " + images.type() + " and shape "
                        + PrintableText.shape(shape) + ", images are bytes of shape [images, height, width, 3]");
            }
            long pixels = shape.get(1) * shape.get(2);
            if (shape.get(0) < 1 || pixels < 1) {
                throw new InvalidInputException(file + ": " + IMAGES + " holds no images, its shape is " + shape);
            }
            if (shape.get(0) > Integer.MAX_VALUE || pixels > ImageFiles.MOST_PIXELS) {
                throw new InvalidInputException(file + ": " + IMAGES + " has shape " + shape + ", larger than is read");
            }
            int count = shape.get(0).intValue();
            ImageSize size = new ImageSize(shape.get(2).intValue(), shape.get(1).intValue());
            return new NpzImageSet(file, count, size, labels(npz, file, count, note));
        }
    }

    private static int[] labels(NpzFile npz, Path file, int count, Consumer<String> note) {
        if (!npz.contains(LABELS)) {
            return null;
        }
        try (NpzFile.Array stored = npz.array(LABELS)) {
            if (!stored.shape().equals(List.of((long) count)) || stored.type().contains("f")) {
                note.accept(file + ": " + LABELS + " is of type " + stored.type() + " and shape "
                        + PrintableText.shape(stored.shape())
                        + ", classes are whole numbers of shape [" + count + "]: they are not used");
                return null;
            }
            int[] labels = new int[count];
            for (int i = 0; i < count; i++) {
                labels[i] = (int) stored.values(1)[0];
            }
            stored.finish();
            return labels;
        }
    }

    @Override
    public String description() {
        return file.toString();
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    /** A negative one stands for none. */
    @Override
    public OptionalInt label(int index) {
        return labels == null || labels[index] < 0 ? OptionalInt.empty() : OptionalInt.of(labels[index]);
    }

    @Override
    public RgbImage image(int index) {
        if (index == 0) {
            close();
            npz = NpzFile.open(file);
            images = npz.array(IMAGES);
            next = 0;
        }
        if (index != next || images == null) {
            throw new IllegalStateException(file + " gives its images in order, the next is " + next);
        }
        RgbImage image = new RgbImage(size.width(), size.height(), images.bytes(3 * size.width() * size.height()));
        next++;
        if (next == count) {
            images.finish();
            close();
        }
        return image;
    }

    @Override
    public ImageSize imageSize(int index) {
        return size;
    }

    @Override
    public Optional<ImageSize> commonSize() {
        return Optional.of(size);
    }

    @Override
    public boolean isRandomAccess() {
        return false;
    }

    @Override
    public String fingerprint() {
        return Sha256.ofFile(file);
    }

    @Override
    public void close() {
        if (images != null) {
            images.close();
            images = null;
        }
        if (npz != null) {
            npz.close();
            npz = null;
        }
    }
}
