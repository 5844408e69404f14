package org.nextscale.evaluation.internal;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.zip.GZIPInputStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.evaluation.ImageSource;
import org.nextscale.evaluation.LabelledImage;

/**
 * Grey images in an IDX file, as MNIST and Fashion-MNIST come: big-endian, plain or gzipped. The grey is all three colours;
 * labels are read from the file beside it whose name says {@code labels-idx1} for {@code images-idx3}, if it is there.
 */
public final class IdxImages implements ImageSource {
    private static final int IMAGES = 0x803;
    private static final int LABELS = 0x801;
    private static final int LARGEST_SIDE = 4096;
    /** More bytes than one byte of a gzipped file can stand for. */
    private static final long DEFLATE_AT_ITS_BEST = 1032;

    private final Path file;
    private final int count;
    private final int height;
    private final int width;
    private final int side;

    private IdxImages(Path file, int count, int height, int width, OptionalInt side) {
        this.file = file;
        this.count = count;
        this.height = height;
        this.width = width;
        int larger = Math.max(height, width);
        this.side = side.orElse(larger);
        if (this.side < larger) {
            throw new InvalidInputException(
                    file + " holds images of " + width + " x " + height + " pixels, " + this.side + " are wanted");
        }
    }

    /** Whether a file that begins so may be one. */
    public static boolean looksLike(byte[] start) {
        boolean zipped = start.length >= 2 && (start[0] & 0xff) == 0x1f && (start[1] & 0xff) == 0x8b;
        return zipped || start.length == 4 && start[0] == 0 && start[1] == 0 && start[2] == 8 && start[3] == 3;
    }

    /** Reads the header. */
    public static IdxImages open(Path file, OptionalInt side) {
        try (DataInputStream in = stream(file)) {
            int magic = in.readInt();
            int count = in.readInt();
            int height = in.readInt();
            int width = in.readInt();
            if (magic != IMAGES
                    || count < 1
                    || height < 1
                    || width < 1
                    || height > LARGEST_SIDE
                    || width > LARGEST_SIDE) {
                throw new InvalidInputException(file + " is no IDX file of images");
            }
            long claimed = (long) count * height * width;
            if (claimed > Files.size(file) * DEFLATE_AT_ITS_BEST) {
                throw new InvalidInputException(file + " is damaged: its header says " + count + " images of " + width
                        + " x " + height + " pixels, which cannot be in " + Files.size(file) + " bytes");
            }
            return new IdxImages(file, count, height, width, side);
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private static DataInputStream stream(Path file) throws IOException {
        BufferedInputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            raw.mark(2);
            boolean zipped = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            InputStream in = zipped ? new BufferedInputStream(new GZIPInputStream(raw, 1 << 16)) : raw;
            return new DataInputStream(in);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static InvalidInputException damaged(Path file, IOException e) {
        String why = e instanceof EOFException ? "it is cut short" : String.valueOf(e.getMessage());
        return new InvalidInputException(file + " is damaged: " + why, e);
    }

    @Override
    public String description() {
        return file.toString();
    }

    @Override
    public OptionalInt side() {
        return OptionalInt.of(side);
    }

    @Override
    public int most() {
        return count;
    }

    @Override
    public void read(Sink sink, CancellationToken cancellation) {
        Path labelled = labelFile();
        boolean hasLabels = !labelled.equals(file) && Files.isReadable(labelled);
        try (DataInputStream in = stream(file);
                DataInputStream labels = hasLabels ? labels(labelled) : null) {
            in.skipNBytes(16);
            byte[] grey = new byte[height * width];
            for (int i = 0; i < count; i++) {
                cancellation.throwIfCancelled();
                in.readFully(grey);
                OptionalInt label = labels == null ? OptionalInt.empty() : OptionalInt.of(labels.readUnsignedByte());
                sink.image(new LabelledImage(padded(grey), label));
            }
        } catch (IOException e) {
            throw damaged(file, e);
        }
    }

    private Path labelFile() {
        return file.resolveSibling(file.getFileName().toString().replace("images-idx3", "labels-idx1"));
    }

    private DataInputStream labels(Path path) throws IOException {
        DataInputStream in = stream(path);
        if (in.readInt() != LABELS || in.readInt() != count) {
            in.close();
            throw new InvalidInputException(
                    path + " does not hold a label for each of the " + count + " images in " + file);
        }
        return in;
    }

    private RgbImage padded(byte[] grey) {
        byte[] rgb = new byte[3 * side * side];
        int top = (side - height) / 2;
        int left = (side - width) / 2;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int into = 3 * ((y + top) * side + x + left);
                byte value = grey[y * width + x];
                rgb[into] = value;
                rgb[into + 1] = value;
                rgb[into + 2] = value;
            }
        }
        return new RgbImage(side, side, rgb);
    }
}
