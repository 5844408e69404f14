package org.nextscale.files.numpy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

/** Files of numpy, written, read, and refused. */
class NpzFileTest {
    private static final String HEADER = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 2, 3), }";

    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        Path file = folder.resolve("written.npz");
        double[] reals = IntStream.range(0, 10_000).mapToDouble(i -> i / 7.0).toArray();
        int[] integers = IntStream.range(0, 10_000).map(i -> -i).toArray();
        try (NpzWriter npz = new NpzWriter(Files.newOutputStream(file))) {
            npz.bytes("b", new ByteArrayInputStream(values(6)), 1, 2, 3);
            npz.reals("r", reals, 100, 100);
            npz.integers("i", integers);
        }
        try (NpzFile npz = NpzFile.open(file)) {
            assertTrue(npz.contains("r"));
            assertFalse(npz.contains("x"));
            read(npz, "b", array -> {
                assertEquals("|u1", array.type());
                assertEquals(List.of(1L, 2L, 3L), array.shape());
                array.requireRows();
                assertArrayEquals(new byte[] {0, 1}, array.bytes(2));
                assertArrayEquals(new byte[] {2, 3, 4, 5}, array.bytes(4));
            });
            read(npz, "r", array -> {
                assertEquals(List.of(100L, 100L), array.shape());
                assertArrayEquals(reals, array.values(reals.length));
            });
            read(npz, "i", array -> {
                assertEquals("<i8", array.type());
                assertEquals(List.of(10_000L), array.shape());
                assertArrayEquals(IntStream.of(integers).asDoubleStream().toArray(), array.values(integers.length));
            });
        }
    }

    private static void read(NpzFile npz, String name, Consumer<NpzFile.Array> content) {
        try (NpzFile.Array array = npz.array(name)) {
            content.accept(array);
            array.finish();
        }
    }

    /** As numpy.savez writes them: stored, the header padded with spaces. */
    @Test
    void readsStoredEntriesAndOtherHeaders() throws IOException {
        for (String header : List.of(
                HEADER,
                "{\"x\": 1, 'shape':(2,1,2,3),'descr':'|u1','fortran_order':False}",
                HEADER + " ".repeat(500))) {
            for (int version = 1; version <= 3; version++) {
                Path file = npz(true, entry("a", header, version, values(12)));
                try (NpzFile npz = NpzFile.open(file)) {
                    read(npz, "a", array -> {
                        assertEquals(List.of(2L, 1L, 2L, 3L), array.shape());
                        assertArrayEquals(values(12), array.bytes(12));
                    });
                }
            }
        }
    }

    @Test
    void readsNumbersOfFourAndEightBytes() throws IOException {
        ByteBuffer four = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer eight = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        numbers("<i4", four.putInt(-1).putInt(70_000), -1, 70_000);
        numbers("<f4", four.clear().putFloat(0.5f).putFloat(-3), 0.5, -3);
        numbers("<i8", eight.putLong(-1).putLong(1L << 40), -1, 1L << 40);
        numbers("<f8", eight.clear().putDouble(Math.PI).putDouble(0), Math.PI, 0);
        numbers("|u1", ByteBuffer.wrap(new byte[] {1, (byte) 255}), 1, 255);
    }

    private void numbers(String type, ByteBuffer bytes, double... expected) throws IOException {
        Path file = npz(false, entry("a", header(type, "(2,)"), 1, bytes.array()));
        try (NpzFile npz = NpzFile.open(file)) {
            read(npz, "a", array -> assertArrayEquals(expected, array.values(2)));
        }
    }

    @Test
    void columnsAreTakenWhereTheyMakeNoDifference() throws IOException {
        Path file = npz(false, entry("a", HEADER.replace("False", "True"), 1, values(12)));
        try (NpzFile npz = NpzFile.open(file);
                NpzFile.Array array = npz.array("a")) {
            assertEquals(12, array.bytes(12).length);
            String message = assertThrows(InvalidInputException.class, array::requireRows)
                    .getMessage();
            assertTrue(message.contains("column by column"), message);
        }
    }

    @Test
    void refusesHostileFiles() throws IOException {
        refused("2 values of 1 bytes, there are 12", header("|u1", "(1, 2)"));
        refused("there are 12 bytes", header("|u1", "(1000000000, 1000, 1000, 3)"));
        refused("larger than anything", header("|u1", "(4000000000, 4000000000, 4000000000, 3)"));
        refused("which is none", header("|u1", "(99999999999999999999, 1, 2, 3)"));
        refused("not numpy's", header("|u1", "(2, 1, 2, x)"));
        refused("not numpy's", "{}");
        refused("of type |O", HEADER.replace("|u1", "|O"));
        refused("of type >f8", HEADER.replace("|u1", ">f8"));
        refused("no array a", npz(false, entry("other", HEADER, 1, values(12))));
        refused("no array of numpy", npz(false, new Entry("a", values(40))));
        refused("format 9", npz(false, entry("a", HEADER, 9, values(12))));
        refused("header of 70", npz(false, entry("a", HEADER + " ".repeat(70_000), 2, values(12))));
        byte[] whole = entry("a", HEADER, 1, values(12)).content;
        refused("cut short in its header", npz(false, new Entry("a", Arrays.copyOf(whole, 30))));
        refused("no .npz", Files.write(folder.resolve("test.npz"), new byte[] {'P', 'K', 3, 4, 0, 0}));
        refused("no such file or folder", folder.resolve("missing.npz"));
        refused("no plain file", folder);
        refused("of type <f2", header("<f2", "(6,)"));
        refused("not numpy's", header("\u001b[2J", "(12,)"));
        refused("not numpy's", header("\n|u1", "(12,)"));
        refused("1, 1] and 1 more", header("|u1", "(1, 1, 1, 1, 1, 1, 1, 1, 1)"));
    }

    /** The data of an entry, not its header, is cut: the inflater finds no end. */
    @Test
    void whatCannotBeUnpackedIsSaidInWords() throws IOException {
        Path file = npz(false, entry("a", header("|u1", "(100000,)"), 1, new byte[100_000]));
        byte[] bytes = Files.readAllBytes(file);
        // Behind the local header (30 bytes and the name's 5): a block of a type that there is not.
        bytes[35] |= 6;
        refused("damaged: ", Files.write(file, bytes));
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aPipeIsRefused() throws Exception {
        Path pipe = folder.resolve("pipe.npz");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no pipe can be made here");
        refused("no plain file", pipe);
    }

    /** The archive's directory claims gigabytes: nothing of that size is allocated, with a heap that could not hold it. */
    @Test
    void allocatesNothingForClaims() throws IOException {
        Path reals = npz(true, entry("a", header("<f8", "(16000,)"), 1, values(8)));
        refused("damaged", claiming(reals, 128_000 + 128));
        Path bytes = npz(true, entry("a", header("|u1", "(1, 8000, 8000, 3)"), 1, values(8)));
        long before = allocated();
        refused("damaged", claiming(bytes, 192_000_128));
        assertTrue(allocated() - before < 8 << 20, "megabytes were allocated for a file of some hundred bytes");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void noticesChangedBytes() throws IOException {
        Path file = npz(true, entry("a", HEADER, 1, values(12)));
        byte[] bytes = Files.readAllBytes(file);
        bytes[directory(bytes) - 1] ^= 1;
        refused("check sum", Files.write(file, bytes));
    }

    @Test
    void noticesMoreAndLessThanIsRead() throws IOException {
        Path file = npz(false, entry("a", HEADER, 1, values(12)));
        try (NpzFile npz = NpzFile.open(file);
                NpzFile.Array array = npz.array("a")) {
            array.bytes(11);
            assertThrows(InvalidInputException.class, array::finish);
        }
        try (NpzFile npz = NpzFile.open(file);
                NpzFile.Array array = npz.array("a")) {
            String message = assertThrows(InvalidInputException.class, () -> array.bytes(13))
                    .getMessage();
            assertTrue(message.contains("cut short"), message);
        }
    }

    private record Entry(String name, byte[] content) {}

    private static String header(String type, String shape) {
        return "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
    }

    private static Entry entry(String name, String header, int version, byte[] values) {
        byte[] text = (header + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(12 + text.length + values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            bytes.putShort((short) text.length);
        } else {
            bytes.putInt(text.length);
        }
        bytes.put(text).put(values);
        return new Entry(name, Arrays.copyOf(bytes.array(), bytes.position()));
    }

    private static byte[] values(int count) {
        byte[] values = new byte[count];
        for (int i = 0; i < count; i++) {
            values[i] = (byte) i;
        }
        return values;
    }

    private Path npz(boolean stored, Entry... entries) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Entry each : entries) {
                ZipEntry entry = new ZipEntry(each.name + ".npy");
                if (stored) {
                    CRC32 sum = new CRC32();
                    sum.update(each.content);
                    entry.setMethod(ZipEntry.STORED);
                    entry.setSize(each.content.length);
                    entry.setCrc(sum.getValue());
                }
                zip.putNextEntry(entry);
                zip.write(each.content);
                zip.closeEntry();
            }
        }
        return Files.write(folder.resolve("test.npz"), out.toByteArray());
    }

    /** Makes the archive's directory say that its first entry has so many bytes. */
    private static Path claiming(Path file, int size) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(directory(bytes) + 20, size)
                .putInt(directory(bytes) + 24, size);
        return Files.write(file, bytes);
    }

    /** Where the archive's directory begins. */
    private static int directory(byte[] archive) {
        return new String(archive, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
    }

    private void refused(String why, String header) throws IOException {
        refused(why, npz(false, entry("a", header, 1, values(12))));
    }

    private static void refused(String why, Path file) {
        String message = assertThrows(InvalidInputException.class, () -> {
                    try (NpzFile npz = NpzFile.open(file)) {
                        read(npz, "a", array -> array.bytes(12));
                    }
                })
                .getMessage();
        assertTrue(message.contains(why) && message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count());
        assertFalse(message.contains("Exception") || message.contains("null"), message);
    }
}
