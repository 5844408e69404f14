package org.nextscale.files.numpy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Writes an {@code .npz} array by array, deflated, of any size. The same arrays give the same bytes. */
public final class NpzWriter implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final ZipOutputStream zip;

    public NpzWriter(OutputStream out) {
        zip = new ZipOutputStream(new BufferedOutputStream(out, BUFFER));
        // Pictures and statistics hardly shrink more for the time that a better level takes.
        zip.setLevel(Deflater.BEST_SPEED);
    }

    /** An array of bytes that are read from a stream to its end. */
    public void bytes(String name, InputStream values, long... shape) throws IOException {
        begin(name, "|u1", shape);
        values.transferTo(zip);
        zip.closeEntry();
    }

    /** An array of float64. */
    public void reals(String name, double[] values, long... shape) throws IOException {
        begin(name, "<f8", shape);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (double value : values) {
            if (!buffer.hasRemaining()) {
                flush(buffer);
            }
            buffer.putDouble(value);
        }
        flush(buffer);
        zip.closeEntry();
    }

    /** An array of 64-bit integers. */
    public void integers(String name, int[] values) throws IOException {
        begin(name, "<i8", values.length);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER).order(ByteOrder.LITTLE_ENDIAN);
        for (int value : values) {
            if (!buffer.hasRemaining()) {
                flush(buffer);
            }
            buffer.putLong(value);
        }
        flush(buffer);
        zip.closeEntry();
    }

    private void begin(String name, String type, long... shape) throws IOException {
        ZipEntry entry = new ZipEntry(name + ".npy");
        entry.setTimeLocal(LocalDateTime.of(1980, 1, 1, 0, 0));
        zip.putNextEntry(entry);
        List<Long> sizes = Arrays.stream(shape).boxed().toList();
        zip.write(new NpyHeader(type, false, sizes).bytes());
    }

    private void flush(ByteBuffer buffer) throws IOException {
        zip.write(buffer.array(), 0, buffer.position());
        buffer.clear();
    }

    @Override
    public void close() throws IOException {
        zip.close();
    }
}
