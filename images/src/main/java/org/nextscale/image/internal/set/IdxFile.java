package org.nextscale.image.internal.set;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;

/**
 * A file of unsigned bytes in LeCun's IDX format, bare or compressed: two zeros, the type 8, the number of dimensions, their
 * sizes (big-endian), the bytes. The sizes are believed only as far as the file goes.
 *
 * @param sizes of the dimensions, the slowest first
 * @param bytes as many as the sizes say
 */
record IdxFile(int[] sizes, byte[] bytes) {
    private static final int UNSIGNED_BYTES = 0x08;
    private static final int GZIP = 0x1f8b;

    /** More than deflate can make of one byte. */
    private static final long INFLATED = 1032;

    private static final long MOST_BYTES = Integer.MAX_VALUE - 64L;

    /**
     * Reads a file whole.
     *
     * @param dimensions how many it must have
     */
    static IdxFile read(Path path, int dimensions) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw invalid(path, "is no plain file");
        }
        try {
            long most = Math.min(MOST_BYTES, Files.size(path) * (compressed(path) ? INFLATED : 1));
            try (DataInputStream in = stream(path)) {
                int[] sizes = sizes(in, path, dimensions);
                byte[] bytes = in.readNBytes(total(path, sizes, most));
                if (bytes.length < total(path, sizes, most)) {
                    throw new EOFException();
                }
                if (in.read() >= 0) {
                    throw invalid(path, "has more bytes than its header says, " + Arrays.toString(sizes));
                }
                return new IdxFile(sizes, bytes);
            }
        } catch (EOFException e) {
            throw invalid(path, "is cut short; fetch it again");
        } catch (ZipException e) {
            throw invalid(path, "is damaged (" + e.getMessage() + "); fetch it again");
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    /** SHA-256 over sizes and bytes, the same for the bare and the compressed file. */
    String sha256() {
        Sha256 sum = new Sha256();
        for (int size : sizes) {
            sum.add(size);
        }
        return sum.add(bytes).hex();
    }

    private static boolean compressed(Path path) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(path))) {
            return in.readUnsignedShort() == GZIP;
        }
    }

    /** What the file says, inflated where it is compressed. */
    static DataInputStream stream(Path path) throws IOException {
        boolean compressed = compressed(path);
        InputStream file = Files.newInputStream(path);
        try {
            return new DataInputStream(
                    compressed ? new GZIPInputStream(file, 1 << 16) : new BufferedInputStream(file, 1 << 16));
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    private static int[] sizes(DataInputStream in, Path path, int dimensions) throws IOException {
        int magic = in.readInt();
        if (magic >>> 8 != UNSIGNED_BYTES || (magic & 0xff) != dimensions) {
            throw invalid(
                    path,
                    "is no IDX file of bytes in " + dimensions + " dimensions: it begins with "
                            + String.format(Locale.ROOT, "%08x", magic));
        }
        int[] sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++) {
            sizes[i] = in.readInt();
        }
        return sizes;
    }

    private static int total(Path path, int[] sizes, long most) {
        long total = 1;
        for (int size : sizes) {
            if (size < 1) {
                throw invalid(path, "has nothing in it: its header says " + Arrays.toString(sizes));
            }
            total *= size;
            if (total > most) {
                throw invalid(
                        path,
                        "is cut short or damaged: its header says " + Arrays.toString(sizes)
                                + ", and so much cannot be in it");
            }
        }
        return (int) total;
    }

    private static InvalidInputException invalid(Path path, String problem) {
        return new InvalidInputException(path + " " + problem);
    }
}
