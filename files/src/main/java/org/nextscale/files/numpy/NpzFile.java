package org.nextscale.files.numpy;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;
import org.nextscale.files.PrintableText;

/**
 * An {@code .npz} file: a zip archive of {@code .npy} files, stored or deflated, of any size. Opening reads the archive's
 * directory; arrays are read when asked for, as streams. The file is distrusted: nothing is allocated for sizes that its
 * bytes cannot hold.
 */
public final class NpzFile implements AutoCloseable {
    /** More bytes than one deflated byte can stand for. */
    private static final long DEFLATE_AT_ITS_BEST = 1032;

    private final Path path;
    private final ZipFile zip;
    private final long size;

    private NpzFile(Path path, ZipFile zip, long size) {
        this.path = path;
        this.zip = zip;
        this.size = size;
    }

    /**
     * Opens an archive.
     *
     * @throws InvalidInputException if it is none, or not there, or not to be read
     * @throws org.nextscale.api.FileException if the disk fails
     */
    public static NpzFile open(Path path) {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new InvalidInputException(path + " is no plain file, an .npz file is needed");
        }
        try {
            long size = Files.size(path);
            return new NpzFile(path, new ZipFile(path.toFile()), size);
        } catch (ZipException | EOFException | IllegalArgumentException e) {
            throw new InvalidInputException(path + " is no .npz file: " + words(e), e);
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    public boolean contains(String name) {
        return zip.getEntry(name + ".npy") != null;
    }

    /** Opens an array; its header is read and checked against the bytes there are. The caller closes it. */
    public Array array(String name) {
        ZipEntry entry = zip.getEntry(name + ".npy");
        String where = path + ": " + name;
        if (entry == null) {
            throw new InvalidInputException(path + " holds no array " + name);
        }
        if (entry.getCompressedSize() > size || entry.getSize() > entry.getCompressedSize() * DEFLATE_AT_ITS_BEST) {
            throw new InvalidInputException(where + " is damaged: the archive says it has " + entry.getSize()
                    + " bytes, which cannot be in a file of " + size);
        }
        CheckedInputStream in = null;
        try {
            in = new CheckedInputStream(new BufferedInputStream(zip.getInputStream(entry), 1 << 16), new CRC32());
            NpyHeader.Read read = NpyHeader.read(in, where);
            Array array = new Array(path, where, read.header(), in, entry.getCrc());
            array.requireBytes(entry.getSize() - read.bytes());
            return array;
        } catch (IOException e) {
            close(in);
            throw unreadable(path, where, e);
        } catch (InvalidInputException e) {
            close(in);
            throw e;
        } catch (RuntimeException e) {
            close(in);
            throw damaged(where, e);
        }
    }

    private static void close(InputStream in) {
        try {
            if (in != null) {
                in.close();
            }
        } catch (IOException alreadyUnreadable) {
            return;
        }
    }

    /** The archive is at fault, or the disk. */
    private static RuntimeException unreadable(Path path, String where, IOException e) {
        return e instanceof ZipException || e instanceof EOFException ? damaged(where, e) : FileErrors.reading(path, e);
    }

    private static InvalidInputException damaged(String where, Exception e) {
        return new InvalidInputException(where + " is damaged: " + words(e), e);
    }

    private static String words(Exception e) {
        return e instanceof EOFException || e.getMessage() == null
                ? "it cannot be unpacked to its end"
                : e.getMessage();
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    /** One array, read from its beginning to its end. */
    public static final class Array implements AutoCloseable {
        private final Path path;
        private final String where;
        private final NpyHeader header;
        private final CheckedInputStream in;
        private final long checkSum;

        private Array(Path path, String where, NpyHeader header, CheckedInputStream in, long checkSum) {
            this.path = path;
            this.where = where;
            this.header = header;
            this.in = in;
            this.checkSum = checkSum;
        }

        private void requireBytes(long there) {
            int width = itemBytes();
            long elements = header.elements(where);
            if (elements > Long.MAX_VALUE / width || elements * width != there) {
                throw new InvalidInputException(where + " is damaged: its shape " + PrintableText.shape(header.shape())
                        + " needs " + elements + " values of " + width + " bytes, there are " + there + " bytes");
            }
        }

        private int itemBytes() {
            return switch (header.type()) {
                case "|u1" -> 1;
                case "<i4", "<f4" -> 4;
                case "<i8", "<f8" -> 8;
                default ->
                    throw new InvalidInputException(where + " is of type " + header.type()
                            + "; bytes, and little-endian integers and reals of 4 and 8 bytes are read");
            };
        }

        public String type() {
            return header.type();
        }

        public List<Long> shape() {
            return header.shape();
        }

        /** Refuses an array whose first dimension runs fastest. */
        public void requireRows() {
            if (header.columnMajor()) {
                throw new InvalidInputException(where + " is stored column by column, rows are needed: save it with"
                        + " numpy.ascontiguousarray");
            }
        }

        /** The next bytes. */
        public byte[] bytes(int count) {
            try {
                byte[] bytes = in.readNBytes(count);
                if (bytes.length < count) {
                    throw new InvalidInputException(where + " is damaged: it is cut short");
                }
                return bytes;
            } catch (IOException e) {
                throw unreadable(path, where, e);
            }
        }

        /** The next values, converted from whatever type it has. */
        public double[] values(int count) {
            int width = itemBytes();
            ByteBuffer bytes = ByteBuffer.wrap(bytes(Math.multiplyExact(count, width)));
            bytes.order(ByteOrder.LITTLE_ENDIAN);
            double[] values = new double[count];
            for (int i = 0; i < count; i++) {
                values[i] = switch (header.type()) {
                    case "|u1" -> bytes.get() & 0xff;
                    case "<i4" -> bytes.getInt();
                    case "<i8" -> bytes.getLong();
                    case "<f4" -> bytes.getFloat();
                    default -> bytes.getDouble();
                };
            }
            return values;
        }

        /** Compares what was read with the archive's check sum, when all has been read. */
        public void finish() {
            try {
                if (in.read() >= 0 || in.getChecksum().getValue() != checkSum) {
                    throw new InvalidInputException(where + " is damaged: its check sum does not fit");
                }
            } catch (IOException e) {
                throw unreadable(path, where, e);
            }
        }

        @Override
        public void close() {
            NpzFile.close(in);
        }
    }
}
