package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.PickleBuilder;

/** Tensors and files beyond 2 and 4 GB; the files are sparse, so they take no room on disk. */
class LargeFileTest {
    private static final long ELEMENTS = 3L << 29;
    private static final long BYTES = ELEMENTS * Float.BYTES;

    @TempDir
    Path folder;

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void check(Path file) {
        AllocationMeter meter = AllocationMeter.start();
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            FloatBuffer end = FloatBuffer.allocate(3);
            checkpoint.tensors().read("w", ELEMENTS - 3, end);
            assertEquals(0, end.get(0));
            assertEquals(1.5f, end.get(2));
            assertEquals(1.5f, checkpoint.tensors().map("w", BYTES - 4, 4).getFloat());
            int largest = Integer.MAX_VALUE;
            assertEquals(
                    largest,
                    checkpoint.tensors().map("w", BYTES - largest, largest).remaining());
            assertEquals(BYTES, checkpoint.tensors().weight("w").bytes());
        }
        long allocated = meter.bytes();
        assertEquals(0, allocated >> 24, allocated + " bytes allocated");
    }

    @Test
    void safetensors() throws IOException {
        Path file = folder.resolve("large.safetensors");
        byte[] header = ("{\"w\":{\"dtype\":\"F32\",\"shape\":[3,536870912],\"data_offsets\":[0," + BYTES + "]}}")
                .getBytes(StandardCharsets.UTF_8);
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            out.write(little(8).putLong(header.length).array());
            out.write(header);
            out.seek(8 + header.length + BYTES - 4);
            out.write(little(4).putFloat(1.5f).array());
        }
        check(file);
    }

    /** An archive with a 6 GB entry: its sizes and the directory's place need ZIP64's fields. */
    @Test
    void torch() throws IOException {
        Path file = folder.resolve("large.pth");
        byte[] structure = new PickleBuilder()
                .op('}')
                .text("w")
                .tensor("FloatStorage", "0", ELEMENTS, 0, new long[] {ELEMENTS}, new long[] {1})
                .op('s')
                .bytes();
        try (RandomAccessFile out = new RandomAccessFile(file.toFile(), "rw")) {
            local(out, "a/data/0", 0xffffffffL);
            out.seek(out.getFilePointer() + BYTES - 4);
            out.write(little(4).putFloat(1.5f).array());
            long second = out.getFilePointer();
            local(out, "a/data.pkl", structure.length);
            out.write(structure);
            long directory = out.getFilePointer();
            central(out, "a/data/0", BYTES, 0);
            central(out, "a/data.pkl", structure.length, second);
            long end = out.getFilePointer();
            out.write(little(56)
                    .putInt(0x06064b50)
                    .putLong(44)
                    .putInt(0)
                    .putLong(0)
                    .putLong(2)
                    .putLong(2)
                    .putLong(end - directory)
                    .putLong(directory)
                    .array());
            out.write(little(20)
                    .putInt(0x07064b50)
                    .putInt(0)
                    .putLong(end)
                    .putInt(1)
                    .array());
            out.write(little(22)
                    .putInt(0x06054b50)
                    .putInt(0)
                    .putInt(-1)
                    .putInt(-1)
                    .putInt(-1)
                    .array());
        }
        check(file);
    }

    private static void local(RandomAccessFile out, String name, long size) throws IOException {
        ByteBuffer header = little(30 + name.length())
                .putInt(0x04034b50)
                .position(18)
                .putInt((int) size)
                .putInt((int) size)
                .putShort((short) name.length())
                .putShort((short) 0);
        out.write(header.put(name.getBytes(StandardCharsets.UTF_8)).array());
    }

    private static void central(RandomAccessFile out, String name, long size, long offset) throws IOException {
        out.write(little(46 + name.length() + 28)
                .putInt(0x02014b50)
                .position(20)
                .putInt(-1)
                .putInt(-1)
                .putShort((short) name.length())
                .putShort((short) 28)
                .position(42)
                .putInt(-1)
                .put(name.getBytes(StandardCharsets.UTF_8))
                .putShort((short) 1)
                .putShort((short) 24)
                .putLong(size)
                .putLong(size)
                .putLong(offset)
                .array());
    }
}
