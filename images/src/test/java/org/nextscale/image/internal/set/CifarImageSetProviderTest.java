package org.nextscale.image.internal.set;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;

class CifarImageSetProviderTest {
    private static final int PLANE = 32 * 32;
    private static final int IMAGE = 3 * PLANE;

    @TempDir
    Path folder;

    @Test
    void batchesAreReadInOrder() throws IOException {
        cifar10();
        ImageSet images = open(ImagePart.TRAIN);
        assertEquals(3, images.size());
        assertEquals(Optional.of(new ImageSize(32, 32)), images.commonSize());
        assertEquals("cat", className(images, 0));
        assertEquals("truck", className(images, 1));
        assertEquals("horse", className(images, 2));
        byte[] rgb = images.image(1).rgb();
        for (int i = 0; i < IMAGE; i++) {
            assertEquals((byte) (20 + i * 7), rgb[i % PLANE * 3 + i / PLANE]);
        }
        assertEquals(1, open(ImagePart.TEST).size());
    }

    @Test
    void allOfThemAreBothParts() throws IOException {
        cifar10();
        ImageSet all = open(ImagePart.ALL);
        assertEquals(4, all.size());
        assertEquals("airplane", className(all, 3));
        assertEquals(30, all.image(3).rgb()[0]);
        Files.delete(folder.resolve("cifar-10-batches-bin/test_batch.bin"));
        assertEquals(3, open(ImagePart.ALL).size());
        assertTrue(find(ImagePart.TEST).isEmpty());
    }

    private void cifar10() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
        Files.write(inner.resolve("data_batch_2.bin"), record(0, 1, 7));
        byte[] two = Arrays.copyOf(record(10, 1, 3), 2 * (1 + IMAGE));
        System.arraycopy(record(20, 1, 9), 0, two, 1 + IMAGE, 1 + IMAGE);
        Files.write(inner.resolve("data_batch_1.bin"), two);
        Files.write(inner.resolve("test_batch.bin"), record(30, 1, 0));
        Files.writeString(
                inner.resolve("batches.meta.txt"),
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
    }

    private static String className(ImageSet images, int index) {
        return images.classNames().get(images.label(index).orElseThrow());
    }

    @Test
    void ofCifar100TheFineLabelCounts() throws IOException {
        Files.write(folder.resolve("train.bin"), record(0, 2, 99));
        ImageSet images = open(ImagePart.TRAIN);
        assertEquals(OptionalInt.of(99), images.label(0));
        assertEquals(100, images.classNames().size());
        assertEquals("99", images.classNames().get(99));
        assertEquals(0, images.image(0).rgb()[0]);
    }

    @Test
    void theFingerprintIsOfTheContent() throws IOException {
        Path batch = folder.resolve("data_batch_1.bin");
        Files.write(batch, record(0, 1, 1));
        String first = open(ImagePart.TRAIN).fingerprint();
        assertEquals(first, open(ImagePart.TRAIN).fingerprint());
        Files.write(batch, record(0, 1, 2));
        assertNotEquals(first, open(ImagePart.TRAIN).fingerprint());
    }

    @Test
    void damagedFilesAreRefused() throws IOException {
        Path batch = folder.resolve("data_batch_1.bin");
        Files.write(batch, Arrays.copyOf(record(0, 1, 1), 3000));
        refused("is cut short or no CIFAR batch");
        Files.write(batch, new byte[0]);
        refused("is cut short or no CIFAR batch");
        Files.write(batch, record(0, 1, 10));
        refused("image 0 is of class 10 of 10");
        Files.write(batch, record(0, 1, 9));
        Files.writeString(folder.resolve("batches.meta.txt"), "one\ntwo\n");
        refused("has 2 names");
        Path second = folder.resolve("data_batch_2.bin");
        Files.createSymbolicLink(second, folder.resolve("nowhere"));
        refused(second + ": no such file or folder");
    }

    private void refused(String words) {
        String message = assertThrows(InvalidInputException.class, () -> open(ImagePart.TRAIN))
                .getMessage();
        assertTrue(message.contains(words), message);
    }

    private Optional<ImageSet> find(ImagePart part) {
        return new CifarImageSetProvider().open(folder, part, line -> {});
    }

    private ImageSet open(ImagePart part) {
        return find(part).orElseThrow();
    }

    private static byte[] record(int first, int labels, int label) {
        byte[] bytes = new byte[labels + IMAGE];
        bytes[0] = 1;
        bytes[labels - 1] = (byte) label;
        for (int i = 0; i < IMAGE; i++) {
            bytes[labels + i] = (byte) (first + i * 7);
        }
        return bytes;
    }
}
