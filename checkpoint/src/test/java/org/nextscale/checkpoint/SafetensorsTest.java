package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.tensor.TensorValues;

class SafetensorsTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("made.safetensors");
    }

    private Path made(String header, int dataBytes) {
        return made(header.getBytes(StandardCharsets.UTF_8), dataBytes);
    }

    private Path made(byte[] header, int dataBytes) {
        try {
            ByteBuffer bytes =
                    ByteBuffer.allocate(8 + header.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
            bytes.putLong(header.length).put(header);
            return Files.write(file(), bytes.array());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String refusal(Path file) {
        AllocationMeter meter = AllocationMeter.start();
        String message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(file).close())
                .getMessage();
        meter.requireBounded(file);
        assertTrue(message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    private static TensorValues counting() {
        return (first, target) -> {
            for (long i = first; target.hasRemaining(); i++) {
                target.put(i / 8f);
            }
        };
    }

    @Test
    void writesWhatItReads() throws IOException {
        new SafetensorsWriter()
                .metadata("made by", "a \"test\"")
                .add(new WeightInfo("half", DataType.F16, List.of(3L)), counting())
                .add(new WeightInfo("large", DataType.F32, List.of(100_000L, 3L)), counting())
                .add(new WeightInfo("scalar", DataType.BF16, List.of()), counting())
                .add(new WeightInfo("none", DataType.F32, List.of(0L, 7L)), counting())
                .write(file(), ProgressListener.NONE, Cancellation.NEVER);
        try (Checkpoint read = Checkpoint.open(file())) {
            assertArrayEquals(new float[] {0, 0.125f, 0.25f}, read.tensors().read("half", 3));
            float[] large = read.tensors().read("large", 100_000, 3);
            for (int i = 0; i < large.length; i++) {
                assertEquals(i / 8f, large[i]);
            }
            assertArrayEquals(new float[] {0}, read.tensors().read("scalar"));
            assertArrayEquals(new float[0], read.tensors().read("none", 0, 7));
            assertEquals(0, read.tensors().map("none", 0, 0).remaining());
            assertEquals("made.safetensors", read.path().getFileName().toString());
            String message = assertThrows(
                            InvalidInputException.class, () -> read.tensors().read("half", 4))
                    .getMessage();
            assertTrue(message.contains("half has shape [3], expected [4]"), message);
            assertThrows(
                    IndexOutOfBoundsException.class, () -> read.tensors().read("half", 1, FloatBuffer.allocate(3)));
            assertThrows(IndexOutOfBoundsException.class, () -> read.tensors().map("half", 2, 5));
        }
        byte[] bytes = Files.readAllBytes(file());
        long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
        assertEquals(0, (8 + header) % 64);
        String json = new String(bytes, 8, (int) header, StandardCharsets.UTF_8);
        assertTrue(json.startsWith("{\"__metadata__\":{\"made by\":\"a \\\"test\\\"\"},\"large\":"), json);
    }

    @Test
    void metadataAreReadAndWhatIsNoTextInThemIsPassedOver() {
        new SafetensorsWriter()
                .metadata("a", "1\n\"2\"")
                .metadata("é", "")
                .write(file(), ProgressListener.NONE, Cancellation.NEVER);
        try (Checkpoint read = Checkpoint.open(file())) {
            assertEquals(Map.of("a", "1\n\"2\"", "é", ""), read.metadata());
        }
        for (String other : List.of("3", "[1]", "{\"a\":{\"b\":[]},\"c\":\"d\"}", "null")) {
            try (Checkpoint read = Checkpoint.open(made("{\"__metadata__\":" + other + "}", 0))) {
                assertEquals(other.startsWith("{") ? Map.of("c", "d") : Map.of(), read.metadata());
            }
        }
    }

    @Test
    void mappedBytesOutliveTheirFile() {
        new SafetensorsWriter()
                .add(new WeightInfo("w", DataType.F32, List.of(4L)), counting())
                .write(file(), ProgressListener.NONE, Cancellation.NEVER);
        ByteBuffer mapped;
        try (Checkpoint read = Checkpoint.open(file())) {
            mapped = read.tensors().map("w", 4, 12);
        }
        assertTrue(mapped.isReadOnly() && mapped.isDirect());
        assertEquals(0.125f, mapped.getFloat(0));
        assertEquals(0.375f, mapped.getFloat(8));
    }

    @Test
    void aFailedWriteLeavesNothing() throws IOException {
        SafetensorsWriter huge = new SafetensorsWriter()
                .add(
                        new WeightInfo("w", DataType.F16, List.of(1_000_000L)),
                        (first, target) -> counting().read(first, target));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> huge.write(file(), ProgressListener.NONE, Cancellation.NEVER))
                .getMessage();
        assertTrue(message.contains("w has values too large for F16"), message);
        assertFalse(Files.exists(file()));
        SafetensorsWriter cancelled =
                new SafetensorsWriter().add(new WeightInfo("w", DataType.F32, List.of(10_000_000L)), counting());
        CancellationToken cancellation = new CancellationToken();
        assertThrows(
                CancellationException.class,
                () -> cancelled.write(file(), (what, written, total) -> cancellation.cancel(), cancellation));
        try (var left = Files.list(folder)) {
            assertEquals(0, left.count());
        }
        message = assertThrows(
                        InvalidInputException.class,
                        () -> cancelled.write(
                                folder.resolve("absent/x.safetensors"), ProgressListener.NONE, Cancellation.NEVER))
                .getMessage();
        assertTrue(message.contains("no such file"), message);
    }

    @Test
    void headersAreBelievedOnlyAsFarAsTheFileGoes() throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(32).order(ByteOrder.LITTLE_ENDIAN).put(8, (byte) '{');
        for (long length : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 25, 1L << 40, 0, 1}) {
            Files.write(file(), bytes.putLong(0, length).array());
            assertTrue(refusal(file()).contains("its header claims " + Long.toUnsignedString(length)));
        }
        Path full = made("{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", 8);
        byte[] all = Files.readAllBytes(full);
        assertTrue(
                refusal(Files.write(full, Arrays.copyOf(all, all.length - 1))).contains("w ends at byte 8"));
        assertTrue(
                refusal(Files.write(full, Arrays.copyOf(all, all.length + 1))).contains("1 bytes after its last"));
        assertTrue(refusal(Files.write(full, Arrays.copyOf(all, 30))).contains("is cut off"));
    }

    private String entry(String type, String shape, String offsets) {
        return refusal(made(
                "{\"w\":{\"dtype\":\"" + type + "\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}}", 8));
    }

    @Test
    void tensorsThatLieWrongAreRefusedByName() {
        assertTrue(entry("F32", "[3]", "[0,8]").contains("w of type F32 and shape [3] has 8 bytes, expected 12"));
        assertTrue(entry("F32", "[2]", "[0,9223372036854775808]").contains("w has data_offsets"));
        assertTrue(entry("F32", "[2]", "[0,18446744073709551615]").contains("w has data_offsets"));
        assertTrue(entry("F32", "[2]", "[0,999999999999999999]").contains("w ends at byte 999999999999999999"));
        assertTrue(entry("F32", "[2]", "[4,8]").contains("w lies at 4 to 8, expected it from 0 on"));
        assertTrue(entry("F32", "[2]", "[8,0]").contains("w lies at 8 to 0"));
        assertTrue(entry("F32", "[-2]", "[0,8]").contains("w has shape"));
        assertTrue(entry("F32", "[2.0]", "[0,8]").contains("w has shape"));
        assertTrue(entry("F32", "[\"2\"]", "[0,8]").contains("w has shape"));
        assertTrue(entry("F32", "[4294967296,4294967296]", "[0,8]").contains("more elements than can be counted"));
        assertTrue(entry("F32", "[1,1,1,1,1,1,1,1,2]", "[0,8]").contains("more than 8 numbers"));
        assertTrue(entry("F32", "[2]", "[0]").contains("lacks"));
        assertTrue(entry("F32", "[2]", "[0,8],\"extra\":1").contains("extra"));
        String two = "\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}";
        assertTrue(refusal(made("{\"a" + two.formatted(5, 0, 5) + ",\"b" + two.formatted(4, 4, 8) + "}", 8))
                .contains("b lies at 4 to 8, expected it from 5 on"));
        assertTrue(refusal(made("{\"a" + two.formatted(3, 0, 3) + ",\"b" + two.formatted(4, 4, 8) + "}", 8))
                .contains("b lies at 4"));
        assertTrue(refusal(made("{\"a" + two.formatted(4, 0, 4) + ",\"a" + two.formatted(4, 4, 8) + "}", 8))
                .contains("names a twice"));
        assertTrue(refusal(made("{\"a\\nb" + two.formatted(8, 0, 8) + "}", 8)).contains("no printable text"));
    }

    @Test
    void headersThatAreNoJsonAreRefused() {
        for (String header : List.of(
                "{\"w\":",
                "{w:1}",
                "{'w':{}}",
                "{\"w\":[]}",
                "{\"w\":{}}",
                "{} {}",
                "{}x",
                "{\"w\":{\"dtype\":3,\"shape\":[],\"data_offsets\":[0,0]}}",
                "{\"__metadata__\":" + "[".repeat(100_000) + "}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":" + "[".repeat(100_000) + "}}",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[" + "9".repeat(100_000) + "],\"data_offsets\":[0,0]}}")) {
            refusal(made(header, 0));
        }
        byte[] badText =
                "{\"??\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}".getBytes(StandardCharsets.UTF_8);
        badText[2] = (byte) 0xc3;
        assertTrue(refusal(made(badText, 0)).contains("header is not the JSON"));
    }

    @Test
    void otherTypesAreReadOrRefusedOnlyWhenAskedFor() throws IOException {
        Path file = made(
                "{\"f8\":{\"dtype\":\"F8_E4M3\",\"shape\":[3],\"data_offsets\":[0,3]},"
                        + "\"yes\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[3,4]},"
                        + "\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[4,12]}}   ",
                12);
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 9] = 1;
        bytes[bytes.length - 1] = 0x40;
        Files.write(file, bytes);
        try (Checkpoint read = Checkpoint.open(file)) {
            assertTrue(read.tensors().weights().isEmpty());
            assertEquals(3, read.tensors().tensors().size());
            FloatBuffer one = FloatBuffer.allocate(1);
            read.tensors().read("yes", 0, one);
            assertEquals(1, one.get(0));
            read.tensors().read("d", 0, one.clear());
            assertEquals(2, one.get(0));
            String message = assertThrows(
                            InvalidInputException.class, () -> read.tensors().read("f8", 0, one.clear()))
                    .getMessage();
            assertTrue(message.contains("f8 is stored as F8_E4M3"), message);
        }
    }

    @Test
    void anInterruptedReaderDoesNotCloseTheFileForOthers() throws InterruptedException {
        new SafetensorsWriter()
                .add(new WeightInfo("w", DataType.F32, List.of(100L)), counting())
                .write(file(), ProgressListener.NONE, Cancellation.NEVER);
        try (Checkpoint read = Checkpoint.open(file())) {
            Throwable[] thrown = new Throwable[1];
            Thread reader = new Thread(() -> {
                Thread.currentThread().interrupt();
                thrown[0] = assertThrows(
                        CancellationException.class, () -> read.tensors().read("w", 0, FloatBuffer.allocate(100)));
            });
            reader.start();
            reader.join();
            assertTrue(thrown[0].getMessage().contains("interrupted"), thrown[0].getMessage());
            assertEquals(99 / 8f, read.tensors().read("w", 100)[99]);
        }
    }
}
