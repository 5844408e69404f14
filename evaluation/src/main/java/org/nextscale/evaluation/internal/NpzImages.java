package org.nextscale.evaluation.internal;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.engine.image.ImageFiles;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.evaluation.ImageSource;
import org.nextscale.evaluation.LabelledImage;

/**
 * Images in an {@code .npz} as OpenAI's evaluator takes it: {@code arr_0}, bytes {@code [images, height, width, 3]}; and, if it
 * is there, their classes in {@code arr_1}.
 */
public final class NpzImages implements ImageSource {
    private static final String IMAGES = "arr_0";
    private static final String LABELS = "arr_1";

    private final Path file;
    private final int count;
    private final int height;
    private final int width;
    private final boolean labelled;

    private NpzImages(Path file, int count, int height, int width, boolean labelled) {
        this.file = file;
        this.count = count;
        this.height = height;
        this.width = width;
        this.labelled = labelled;
    }

    /** Reads the headers. */
    public static NpzImages open(Path file, OptionalInt side) {
        try (NpzFile npz = NpzFile.open(file);
                NpzFile.Array images = npz.array(IMAGES)) {
            images.requireRows();
            List<Long> shape = images.shape();
            if (!images.type().equals("|u1") || shape.size() != 4 || shape.get(3) != 3) {
                throw new InvalidInputException(file + ": " + IMAGES + " is of type " + images.type() + " and shape "
                        + shape + ", images are bytes of shape [images, height, width, 3]");
            }
            long pixels = shape.get(1) * shape.get(2);
            if (shape.get(0) < 1 || pixels < 1) {
                throw new InvalidInputException(file + ": " + IMAGES + " holds no images, its shape is " + shape);
            }
            if (shape.get(0) > Integer.MAX_VALUE || pixels > ImageFiles.MOST_PIXELS) {
                throw new InvalidInputException(file + ": " + IMAGES + " has shape " + shape + ", larger than is read");
            }
            if (side.isPresent() && (shape.get(1) != side.getAsInt() || shape.get(2) != side.getAsInt())) {
                throw new InvalidInputException(file + " holds images of " + shape.get(2) + " x " + shape.get(1)
                        + " pixels, " + side.getAsInt() + " x " + side.getAsInt() + " are needed");
            }
            int count = shape.get(0).intValue();
            return new NpzImages(
                    file, count, shape.get(1).intValue(), shape.get(2).intValue(), hasLabels(npz, count));
        }
    }

    private static boolean hasLabels(NpzFile npz, int count) {
        if (!npz.contains(LABELS)) {
            return false;
        }
        try (NpzFile.Array labels = npz.array(LABELS)) {
            return labels.shape().equals(List.of((long) count))
                    && !labels.type().contains("f");
        }
    }

    @Override
    public String description() {
        return file.toString();
    }

    @Override
    public OptionalInt side() {
        return height == width ? OptionalInt.of(height) : OptionalInt.empty();
    }

    @Override
    public int most() {
        return count;
    }

    @Override
    public void read(Sink sink, CancellationToken cancellation) {
        try (NpzFile npz = NpzFile.open(file);
                NpzFile.Array images = npz.array(IMAGES);
                NpzFile.Array labels = labelled ? npz.array(LABELS) : null) {
            for (int i = 0; i < count; i++) {
                cancellation.throwIfCancelled();
                RgbImage image = new RgbImage(width, height, images.bytes(3 * height * width));
                OptionalInt label = labels == null ? OptionalInt.empty() : OptionalInt.of((int) labels.values(1)[0]);
                sink.image(new LabelledImage(image, label));
            }
            images.finish();
        }
    }
}
