package org.nextscale.evaluation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.CancellationToken;

/** Files of numpy, written, read, and refused. */
class NpzTest {
    private static final String IMAGES = "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 1, 2, 3), }";

    @TempDir
    Path folder;

    @Test
    void packsImagesAndClassesAndReadsThemBack() throws IOException {
        Path pictures = Pictures.folder(folder.resolve("pictures"), 9, 4, 1);
        Files.writeString(pictures.resolve("1-green/bad.png"), "no image");
        Path file = folder.resolve("pack.npz");
        List<Long> progress = new ArrayList<>();
        ImagePack pack = ImagePack.write(
                ImageSources.open(pictures, OptionalInt.empty()),
                file,
                (what, done, most) -> progress.add(done),
                new CancellationToken());
        assertEquals(12, pack.images());
        assertEquals(1, pack.skipped().count());
        assertTrue(pack.skipped().lines().get(0).contains("bad.png"));
        assertEquals(12, progress.size());
        ImageSource again = ImageSources.open(file, OptionalInt.of(9));
        assertEquals(12, again.most());
        List<LabelledImage> wanted =
                Pictures.take(ImageSources.open(pictures, OptionalInt.empty())).images();
        List<LabelledImage> found = Pictures.take(again).images();
        for (int i = 0; i < 12; i++) {
            assertArrayEquals(wanted.get(i).image().rgb(), found.get(i).image().rgb());
            assertEquals(wanted.get(i).label(), found.get(i).label());
        }
        assertEquals(List.of("pack.npz", "pictures"), files());
    }

    @Test
    void leavesNothingOfAPackThatIsNotFinished() throws IOException {
        Path pictures = Pictures.folder(folder.resolve("pictures"), 9, 4, 1);
        Path file = folder.resolve("pack.npz");
        Files.writeString(file, "an earlier one");
        CancellationToken cancellation = new CancellationToken();
        assertThrows(
                CancellationException.class,
                () -> ImagePack.write(
                        ImageSources.open(pictures, OptionalInt.empty()),
                        file,
                        (what, done, most) -> cancellation.cancel(),
                        cancellation));
        assertEquals("an earlier one", Files.readString(file));
        assertEquals(List.of("pack.npz", "pictures"), files());
        assertThrows(
                InvalidInputException.class,
                () -> ImagePack.write(
                        ImageSources.open(pictures, OptionalInt.empty()),
                        folder.resolve("no/such/folder.npz"),
                        EvaluationProgress.NONE,
                        new CancellationToken()));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    /** As numpy.savez writes them: stored, the header padded with spaces. */
    @Test
    void readsStoredEntriesAndOtherHeaders() throws IOException {
        for (String header : List.of(
                IMAGES,
                "{\"x\": 1, 'shape':(2,1,2,3),'descr':'|u1','fortran_order':False}",
                IMAGES + " ".repeat(500))) {
            for (int version = 1; version <= 3; version++) {
                Path file = npz(true, entry("arr_0", header, version, values(12)));
                Pictures.Taken taken = Pictures.take(ImageSources.open(file, OptionalInt.empty()));
                assertArrayEquals(
                        new byte[] {6, 7, 8, 9, 10, 11},
                        taken.images().get(1).image().rgb());
                assertEquals(OptionalInt.empty(), taken.images().get(1).label());
            }
        }
    }

    @Test
    void refusesHostileFiles() throws IOException {
        refused("2 values of 1 bytes, there are 12", header("(1, 2)"));
        refused("shape [2, 2, 3]", header("(2, 2, 3)"));
        refused("shape [3, 1, 1, 4]", header("(3, 1, 1, 4)"));
        refused("there are 12 bytes", header("(1000000000, 1000, 1000, 3)"));
        refused("larger than anything", header("(4000000000, 4000000000, 4000000000, 3)"));
        refused("which is none", header("(99999999999999999999, 1, 2, 3)"));
        refused("not numpy's", header("(2, 1, 2, x)"));
        refused("not numpy's", "{}");
        refused("column by column", IMAGES.replace("False", "True"));
        refused("of type <f8", IMAGES.replace("|u1", "<f8").replace("(2,", "(0,"), 0);
        refused("of type |O", IMAGES.replace("|u1", "|O"));
        refused("no images", header("(0, 1, 2, 3)"), 0);
        refused("no array arr_0", npz(false, entry("other", IMAGES, 1, values(12))));
        refused("no array of numpy", npz(false, new Entry("arr_0", values(40))));
        refused("format 9", npz(false, entry("arr_0", IMAGES, 9, values(12))));
        refused("header of 70", npz(false, entry("arr_0", IMAGES + " ".repeat(70_000), 2, values(12))));
        refused("no .npz", Files.write(folder.resolve("x.npz"), new byte[] {'P', 'K', 3, 4, 0, 0}));
        Path right = npz(false, entry("arr_0", IMAGES, 1, values(12)));
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> ImageSources.open(right, OptionalInt.of(7)));
        assertTrue(e.getMessage().contains("2 x 1"), e.getMessage());
    }

    /** The archive's directory claims gigabytes: nothing of that size is allocated, with a heap that could not hold it. */
    @Test
    void allocatesNothingForClaims() throws IOException {
        Path file =
                npz(true, entry("mu", "{'descr': '<f8', 'fortran_order': False, 'shape': (16000,), }", 1, values(8)));
        InvalidInputException e = assertThrows(
                InvalidInputException.class, () -> ReferenceStatistics.read(claiming(file, 128_000 + 128)));
        assertTrue(e.getMessage().contains("damaged"), e.getMessage());
        Path images = npz(
                true,
                entry(
                        "arr_0",
                        "{'descr': '|u1', 'fortran_order': False, 'shape': (1, 8000, 8000, 3), }",
                        1,
                        values(8)));
        long before = allocated();
        assertThrows(
                InvalidInputException.class,
                () -> Pictures.take(ImageSources.open(claiming(images, 192_000_128), OptionalInt.empty())));
        assertTrue(allocated() - before < 8 << 20, "megabytes were allocated for a file of some hundred bytes");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void noticesChangedBytes() throws IOException {
        Path file = npz(true, entry("arr_0", IMAGES, 1, values(12)));
        byte[] bytes = Files.readAllBytes(file);
        int last = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2") - 1;
        bytes[last] ^= 1;
        refused("check sum", Files.write(file, bytes));
    }

    @Test
    void keepsStatistics() throws IOException {
        FeatureMoments features = Sets.moments(Sets.gaussian(30, 5, 1, 1));
        FeatureMoments spatial = Sets.moments(Sets.gaussian(30, 3, 1, 2));
        Path file = folder.resolve("stats.npz");
        new ReferenceStatistics(features, Optional.of(spatial), Optional.of("a network")).write(file);
        assertTrue(ReferenceStatistics.areIn(file));
        ReferenceStatistics found = ReferenceStatistics.read(file);
        assertArrayEquals(features.mean(), found.features().mean());
        assertArrayEquals(features.covariance(), found.features().covariance());
        assertArrayEquals(spatial.covariance(), found.spatial().orElseThrow().covariance());
        assertEquals(Optional.of("a network"), found.network());
        assertEquals(List.of("stats.npz"), files());
        Path images = npz(false, entry("arr_0", IMAGES, 1, values(12)));
        assertFalse(ReferenceStatistics.areIn(images));
        assertThrows(InvalidInputException.class, () -> ReferenceStatistics.read(images));
        Path odd = npz(
                false,
                entry("mu", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 1, values(12)),
                entry("sigma", "{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }", 1, values(12)));
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> ReferenceStatistics.read(odd));
        assertTrue(e.getMessage().contains("needs [3, 3]"), e.getMessage());
    }

    private record Entry(String name, byte[] content) {}

    private static String header(String shape) {
        return "{'descr': '|u1', 'fortran_order': False, 'shape': " + shape + ", }";
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
        int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(directory + 20, size)
                .putInt(directory + 24, size);
        return Files.write(file, bytes);
    }

    private void refused(String why, String header) throws IOException {
        refused(why, header, 12);
    }

    private void refused(String why, String header, int values) throws IOException {
        refused(why, npz(false, entry("arr_0", header, 1, values(values))));
    }

    private static void refused(String why, Path file) {
        InvalidInputException e = assertThrows(
                InvalidInputException.class, () -> Pictures.take(ImageSources.open(file, OptionalInt.empty())));
        assertTrue(
                e.getMessage().contains(why)
                        && e.getMessage().contains(file.getFileName().toString())
                        && !e.getMessage().contains("\n"),
                e.getMessage());
    }
}
