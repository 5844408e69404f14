package org.nextscale.checkpoint.internal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Makes PyTorch's archives by hand, with an ordinary ZIP writer that knows nothing of the reader under test. */
public final class ArchiveBuilder {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final ZipOutputStream zip = new ZipOutputStream(bytes);
    private final String root;

    public ArchiveBuilder() {
        this("archive");
    }

    public ArchiveBuilder(String root) {
        this.root = root;
    }

    /** An archive with this structure. */
    public static ArchiveBuilder of(PickleBuilder pickle) {
        return new ArchiveBuilder().entry("data.pkl", pickle.bytes());
    }

    public ArchiveBuilder entry(String name, byte[] content) {
        return entry(name, content, ZipEntry.STORED);
    }

    public ArchiveBuilder entry(String name, byte[] content, int method) {
        try {
            ZipEntry entry = new ZipEntry(root + "/" + name);
            entry.setMethod(method);
            if (method == ZipEntry.STORED) {
                CRC32 crc = new CRC32();
                crc.update(content);
                entry.setSize(content.length);
                entry.setCrc(crc.getValue());
            }
            zip.putNextEntry(entry);
            zip.write(content);
            zip.closeEntry();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A record of float32 values. */
    public ArchiveBuilder floats(String key, float... values) {
        ByteBuffer content = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        content.asFloatBuffer().put(values);
        return entry("data/" + key, content.array());
    }

    /** A record of float32 values 0, 1, 2 … */
    public ArchiveBuilder counting(String key, int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = i;
        }
        return floats(key, values);
    }

    public byte[] bytes() {
        try {
            zip.close();
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path write(Path file) {
        try {
            return Files.write(file, bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
