package org.nextscale.evaluation.images;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.files.FileErrors;
import org.nextscale.files.WholeFile;
import org.nextscale.files.numpy.NpzWriter;

/**
 * Images as one {@code .npz} that the field's evaluators read: {@code arr_0}, bytes {@code [images, height, width, 3]}, and
 * their classes in {@code arr_1} if all are known. Since bad images only turn up on the way, the images are first written
 * side by side, then deflated: on its way a pack takes its unpacked size on the disk.
 *
 * @param images how many are in it
 * @param skipped those that are not, and why
 */
public record ImagePack(int images, SkippedImages skipped) {

    /**
     * Writes a pack; it appears whole or not at all. It cannot say to those who read it what is missing in it.
     *
     * @param leavesOut whether images that cannot be used may be missing; else all are looked at, and nothing is written
     * @throws InvalidInputException if there is no image, or one is missing that may not
     * @throws org.nextscale.api.FileException if the disk is full, or fails
     */
    public static ImagePack write(
            ImageSource source, Path file, boolean leavesOut, ProgressListener progress, Cancellation cancellation) {
        WholeFile.requirePlace(file);
        Path raw = WholeFile.beside(file);
        try {
            try {
                Spool spool = new Spool(source.most(), file, leavesOut, progress);
                try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(raw), 1 << 16)) {
                    spool.out = out;
                    source.read(spool, cancellation);
                }
                if (spool.images == 0) {
                    throw new InvalidInputException(
                            "there is no image in " + source.description() + spool.skipped.reason());
                }
                if (!spool.isComplete()) {
                    throw spool.skipped.missing(spool.images, source);
                }
                WholeFile.write(file, out -> spool.deflate(raw, out));
                return new ImagePack(spool.images, spool.skipped);
            } finally {
                Files.deleteIfExists(raw);
            }
        } catch (IOException e) {
            throw FileErrors.writing(file, e);
        }
    }

    private static final class Spool implements ImageSource.Sink {
        private final SkippedImages skipped = new SkippedImages();
        private final Path file;
        private final boolean leavesOut;
        private final ProgressListener progress;
        private final int[] labels;
        private OutputStream out;
        private int images;
        private int labelled;
        private int width;
        private int height;

        Spool(int most, Path file, boolean leavesOut, ProgressListener progress) {
            this.file = file;
            this.leavesOut = leavesOut;
            this.progress = progress;
            labels = new int[most];
        }

        @Override
        public void image(LabelledImage labelledImage) {
            RgbImage image = labelledImage.image();
            if (images == 0) {
                width = image.width();
                height = image.height();
            } else if (image.width() != width || image.height() != height) {
                throw new InvalidInputException("image " + images + " is " + image.width() + " x " + image.height()
                        + " pixels, the first is " + width + " x " + height);
            }
            write(image.rgb());
            OptionalInt label = labelledImage.label();
            labelled += label.isPresent() ? 1 : 0;
            labels[images++] = label.orElse(-1);
            progress.progress("packing", images, labels.length);
        }

        @Override
        public void skipped(String line) {
            skipped.add(line);
        }

        boolean isComplete() {
            return leavesOut || skipped.count() == 0;
        }

        /** A pack that will not be is not written on. */
        private void write(byte[] rgb) {
            try {
                if (isComplete()) {
                    out.write(rgb);
                }
            } catch (IOException e) {
                throw FileErrors.writing(file, e);
            }
        }

        void deflate(Path raw, OutputStream target) throws IOException {
            try (NpzWriter npz = new NpzWriter(target);
                    InputStream in = Files.newInputStream(raw)) {
                npz.bytes("arr_0", in, images, height, width, 3);
                if (labelled == images) {
                    npz.integers("arr_1", Arrays.copyOf(labels, images));
                }
            }
        }
    }
}
