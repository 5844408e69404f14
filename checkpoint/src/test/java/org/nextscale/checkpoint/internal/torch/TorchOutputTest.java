package org.nextscale.checkpoint.internal.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.output.OutgoingTensor;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.zip.StoredZip;
import org.nextscale.checkpoint.internal.zip.ZipDirectory;
import org.nextscale.checkpoint.internal.zip.ZipRecord;
import org.nextscale.checkpoint.tensor.TensorValues;

/** What is written is an archive for everybody: read with the JDK's reader and with our own. */
class TorchOutputTest {
    @TempDir
    Path folder;

    private static OutgoingTensor tensor(String name, DataType type, TensorValues values, Long... shape) {
        return OutgoingTensor.of(new WeightInfo(name, type, List.of(shape)), values);
    }

    private static TensorValues counting() {
        return (first, target) -> {
            for (long i = first; target.hasRemaining(); i++) {
                target.put(i % 4099);
            }
        };
    }

    private Path write(List<OutgoingTensor> tensors) throws IOException {
        Path file = folder.resolve("x.pth");
        TorchOutput output = new TorchOutput(tensors);
        List<Long> told = new ArrayList<>();
        output.write(
                file,
                (what, written, total) -> {
                    assertEquals(output.bytes(), total);
                    told.add(written);
                },
                Cancellation.NEVER);
        assertEquals(Files.size(file), output.bytes());
        assertEquals(output.bytes(), told.get(told.size() - 1));
        assertEquals(told.stream().sorted().toList(), told);
        return file;
    }

    @Test
    void storagesAreAlignedAndWholeForTheJdksReader() throws IOException {
        Path file = write(List.of(
                tensor("a", DataType.F32, counting(), 3L, 5L),
                tensor("b", DataType.BF16, counting(), 7L),
                tensor("scalar", DataType.F32, counting())));
        byte[] all = Files.readAllBytes(file);
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(
                    List.of("data.pkl", "byteorder", "data/0", "data/1", "data/2", "version"),
                    zip.stream()
                            .map(each -> each.getName().substring("archive/".length()))
                            .toList());
            for (ZipEntry each : zip.stream().toList()) {
                // Reading to the end compares the checksum.
                byte[] content = zip.getInputStream(each).readAllBytes();
                assertEquals(ZipEntry.STORED, each.getMethod());
                assertTrue(aligned(all, content), each.getName() + " begins at no multiple of 64");
            }
            ByteBuffer floats = ByteBuffer.wrap(
                            zip.getInputStream(zip.getEntry("archive/data/0")).readAllBytes())
                    .order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(15 * Float.BYTES, floats.remaining());
            assertEquals(14, floats.getFloat(14 * Float.BYTES));
        }
    }

    private static boolean aligned(byte[] file, byte[] content) {
        for (int at = 0; at + content.length <= file.length; at += 64) {
            if (Arrays.equals(file, at, at + content.length, content, 0, content.length)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void valuesComeBack() throws IOException {
        Path file = write(List.of(
                tensor("large", DataType.F32, counting(), 3L, 70_001L),
                tensor("ünïcode.weight", DataType.F16, counting(), 2L, 1L, 2L, 2L)));
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.verify();
            assertEquals(
                    List.of(
                            new WeightInfo("large", DataType.F32, List.of(3L, 70_001L)),
                            new WeightInfo("ünïcode.weight", DataType.F16, List.of(2L, 1L, 2L, 2L))),
                    List.copyOf(checkpoint.tensors().weights()));
            FloatBuffer some = FloatBuffer.allocate(3);
            checkpoint.tensors().read("large", 210_000, some);
            assertArrayEquals(new float[] {210_000 % 4099, 210_001 % 4099, 210_002 % 4099}, some.array());
            assertArrayEquals(
                    new float[] {0, 1, 2, 3, 4, 5, 6, 7}, checkpoint.tensors().read("ünïcode.weight", 2, 1, 2, 2));
        }
    }

    @Test
    void aChangedByteIsFound() throws IOException {
        Path file = write(List.of(tensor("a", DataType.F32, counting(), 1000L)));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            bytes.seek(Files.size(file) / 2);
            int old = bytes.read();
            bytes.seek(Files.size(file) / 2);
            bytes.write(old ^ 1);
        }
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            String said = assertThrows(InvalidInputException.class, checkpoint::verify)
                    .getMessage();
            assertTrue(said.contains("a is corrupt"), said);
        }
    }

    @Test
    void aValueTooLargeForItsTypeIsNamed() {
        TensorValues huge = (first, target) -> {
            while (target.hasRemaining()) {
                target.put(1e6f);
            }
        };
        TorchOutput output = new TorchOutput(List.of(tensor("head.weight", DataType.F16, huge, 2L)));
        String said = assertThrows(
                        InvalidInputException.class,
                        () -> output.write(folder.resolve("y.pth"), ProgressListener.NONE, Cancellation.NEVER))
                .getMessage();
        assertEquals("head.weight has values too large for F16; choose BF16 or F32", said);
    }

    /** With a low limit small archives have ZIP64's fields where otherwise only those beyond 4 GB have them. */
    @ParameterizedTest
    @ValueSource(longs = {0, 70, 1000, 0xffffffffL})
    void zip64IsReadByTheJdksReaderAndOurs(long limit) throws IOException {
        Random random = new Random(limit);
        List<StoredZip.Item> items = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            byte[] content = new byte[1 + random.nextInt(200)];
            random.nextBytes(content);
            contents.add(content);
            items.add(StoredZip.Item.of("archive/data/" + i, content));
        }
        StoredZip stored = new StoredZip(items, limit);
        Path file = folder.resolve("x.zip");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            stored.write(channel, written -> {});
        }
        assertEquals(stored.bytes(), Files.size(file));
        try (ZipFile zip = new ZipFile(file.toFile());
                PositionalFile positional = PositionalFile.open(file)) {
            assertEquals(items.size(), zip.size());
            assertNull(zip.getEntry("archive/data/40"));
            ZipDirectory ours = ZipDirectory.read(positional);
            for (int i = 0; i < items.size(); i++) {
                String name = items.get(i).name();
                assertArrayEquals(
                        contents.get(i), zip.getInputStream(zip.getEntry(name)).readAllBytes());
                ZipRecord record = ours.find(name).orElseThrow();
                assertEquals(0, ours.dataOffset(record) % 64);
                assertArrayEquals(contents.get(i), positional.bytes(ours.dataOffset(record), (int) record.size()));
            }
        }
    }

    @Test
    void tensorsAreNotInMemoryWhole() throws IOException {
        List<OutgoingTensor> tensors = List.of(tensor("a", DataType.F32, counting(), 1L << 24));
        AllocationMeter meter = AllocationMeter.start();
        Path file = write(tensors);
        long allocated = meter.bytes();
        assertTrue(Files.size(file) > 64 << 20);
        assertTrue(allocated < 8 << 20, allocated + " bytes allocated");
    }

    /** 4.5 GB in one tensor and one behind it. */
    @Test
    @Tag("soak")
    void beyondFourGigabytes() throws IOException {
        long elements = 9L << 27;
        Path file = write(List.of(
                tensor("large", DataType.F32, counting(), elements), tensor("last", DataType.F32, counting(), 5L)));
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.verify();
            FloatBuffer end = FloatBuffer.allocate(1);
            checkpoint.tensors().read("large", elements - 1, end);
            assertEquals((elements - 1) % 4099, (long) end.get(0));
            assertArrayEquals(new float[] {0, 1, 2, 3, 4}, checkpoint.tensors().read("last", 5));
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            assertEquals(elements * Float.BYTES, zip.getEntry("archive/data/0").getSize());
            assertEquals(
                    "little",
                    new String(
                            zip.getInputStream(zip.getEntry("archive/byteorder"))
                                    .readAllBytes(),
                            StandardCharsets.US_ASCII));
        }
    }
}
