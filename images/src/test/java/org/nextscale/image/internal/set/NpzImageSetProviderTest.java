package org.nextscale.image.internal.set;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.files.Sha256;
import org.nextscale.files.numpy.NpzWriter;
import org.nextscale.image.Images;

class NpzImageSetProviderTest {
    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void choose() {
        file = folder.resolve("images.npz");
    }

    /** Writes arrays. */
    private interface Content {
        void write(NpzWriter npz) throws IOException;
    }

    private Path npz(Content content) throws IOException {
        try (NpzWriter npz = new NpzWriter(Files.newOutputStream(file))) {
            content.write(npz);
        }
        return file;
    }

    private static void images(NpzWriter npz, long... shape) throws IOException {
        long bytes = 1;
        for (long size : shape) {
            bytes *= size;
        }
        npz.bytes("arr_0", new ByteArrayInputStream(Images.counting((int) bytes)), shape);
    }

    private ImageSet open() {
        return new NpzImageSetProvider().open(file, ImagePart.ALL, line -> {}).orElseThrow();
    }

    @Test
    void givesItsImagesInOrderAndAsOftenAsAsked() throws IOException {
        npz(npz -> images(npz, 3, 1, 2, 3));
        try (ImageSet images = open()) {
            assertEquals(3, images.size());
            assertFalse(images.isRandomAccess());
            assertEquals(Optional.of(new ImageSize(2, 1)), images.commonSize());
            assertEquals(new ImageSize(2, 1), images.imageSize(2));
            for (int round = 0; round < 2; round++) {
                for (int index = 0; index < 3; index++) {
                    byte first = (byte) (6 * index);
                    assertArrayEquals(
                            new byte[] {
                                first,
                                (byte) (first + 1),
                                (byte) (first + 2),
                                (byte) (first + 3),
                                (byte) (first + 4),
                                (byte) (first + 5)
                            },
                            images.image(index).rgb());
                }
            }
            assertEquals(OptionalInt.empty(), images.label(1));
        }
    }

    @Test
    void givesThemInNoOtherOrder() throws IOException {
        npz(npz -> images(npz, 3, 1, 2, 3));
        try (ImageSet images = open()) {
            assertThrows(IllegalStateException.class, () -> images.image(1));
            images.image(0);
            assertThrows(IllegalStateException.class, () -> images.image(2));
            images.image(1);
            images.image(0);
            assertEquals(6, images.image(1).rgb()[0], "it begins again with the first");
        }
    }

    @Test
    void knowsTheClassesWhereTheyAreStored() throws IOException {
        npz(npz -> {
            images(npz, 3, 1, 1, 3);
            npz.integers("arr_1", new int[] {7, -1, 0});
        });
        ImageSet images = open();
        assertEquals(OptionalInt.of(7), images.label(0));
        assertEquals(OptionalInt.empty(), images.label(1));
        assertEquals(OptionalInt.of(0), images.label(2));
        assertEquals(List.of(), images.classNames());
        npz(npz -> {
            images(npz, 3, 1, 1, 3);
            npz.integers("arr_1", new int[] {7, 1});
        });
        assertEquals(OptionalInt.empty(), open().label(0), "an array of another length is none of classes");
        npz(npz -> {
            images(npz, 3, 1, 1, 3);
            npz.reals("arr_1", new double[3], 3);
        });
        List<String> notes = new ArrayList<>();
        ImageSet real =
                new NpzImageSetProvider().open(file, ImagePart.ALL, notes::add).orElseThrow();
        assertEquals(OptionalInt.empty(), real.label(0));
        assertEquals(
                List.of(file + ": arr_1 is of type <f8 and shape [3], classes are whole numbers of shape [3]: they are"
                        + " not used"),
                notes);
    }

    @Test
    void isNotDivided() throws IOException {
        npz(npz -> images(npz, 1, 1, 1, 3));
        NpzImageSetProvider provider = new NpzImageSetProvider();
        assertTrue(provider.open(file, ImagePart.TEST, line -> {}).isEmpty());
        assertEquals(
                1,
                provider.open(file, ImagePart.TRAIN, line -> {}).orElseThrow().size());
    }

    @Test
    void theFingerprintIsThatOfTheFile() throws IOException {
        npz(npz -> images(npz, 1, 1, 1, 3));
        assertEquals(Sha256.ofFile(file), open().fingerprint());
    }

    @Test
    void otherArraysAreRefused() throws IOException {
        refused("shape [2, 2, 3]", npz -> images(npz, 2, 2, 3));
        refused("shape [3, 1, 1, 4]", npz -> images(npz, 3, 1, 1, 4));
        refused("holds no images", npz -> images(npz, 0, 1, 2, 3));
        refused("of type <f8", npz -> npz.reals("arr_0", new double[3], 1, 1, 1, 3));
        refused("no array arr_0", npz -> npz.integers("other", new int[1]));
        refused(
                "there are 0 bytes",
                npz -> npz.bytes("arr_0", new ByteArrayInputStream(new byte[0]), 1, 9000, 9000, 3));
    }

    private void refused(String why, Content content) throws IOException {
        npz(content);
        String message = assertThrows(InvalidInputException.class, this::open).getMessage();
        assertTrue(message.contains(why) && message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count());
    }

    /** The archive's directory claims as much as the array's header: nothing of that size is allocated. */
    @Test
    void allocatesNothingForClaims() throws IOException {
        npz(npz -> npz.bytes("arr_0", new ByteArrayInputStream(new byte[8]), 1, 8000, 8000, 3));
        byte[] bytes = Files.readAllBytes(file);
        int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(directory + 24, 192_000_128);
        Files.write(file, bytes);
        long before = allocated();
        String message =
                assertThrows(InvalidInputException.class, () -> open().image(0)).getMessage();
        assertTrue(message.contains("which cannot be in a file of"), message);
        assertTrue(allocated() - before < 8 << 20, "megabytes were allocated for a file of some hundred bytes");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
    }

    @Test
    void changedBytesAreNoticedWithTheLastImage() throws IOException {
        npz(npz -> images(npz, 2, 1, 1, 3));
        byte[] bytes = Files.readAllBytes(file);
        int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        bytes[directory + 16] ^= 1;
        Files.write(file, bytes);
        try (ImageSet images = open()) {
            images.image(0);
            String message = assertThrows(InvalidInputException.class, () -> images.image(1))
                    .getMessage();
            assertTrue(message.contains("check sum"), message);
        }
    }
}
