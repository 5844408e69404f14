package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class CifarImagesTest {
    private static final int IMAGE = 3 * 32 * 32;

    @TempDir
    Path folder;

    @Test
    void batchesAreReadInOrder() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("cifar-10-batches-bin"));
        Files.write(inner.resolve("data_batch_2.bin"), record(0, 1, 7));
        byte[] two = Arrays.copyOf(record(10, 1, 3), 2 * (1 + IMAGE));
        System.arraycopy(record(20, 1, 9), 0, two, 1 + IMAGE, 1 + IMAGE);
        Files.write(inner.resolve("data_batch_1.bin"), two);
        Files.write(inner.resolve("test_batch.bin"), record(30, 1, 0));
        Files.writeString(
                inner.resolve("batches.meta.txt"),
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\ntruck\n\n");
        ImageSet images = ImageSets.open(folder, 32, Part.TRAIN, line -> {});
        assertEquals(3, images.size());
        assertEquals("truck", images.classNames().get(images.label(1)));
        assertEquals("horse", images.classNames().get(images.label(2)));
        float[] pixels = TestData.read(images, 1, View.CENTRE);
        for (int i = 0; i < IMAGE; i++) {
            assertEquals(((20 + i * 7) & 0xff) / 127.5f - 1, pixels[i]);
        }
        assertEquals(1, ImageSets.open(folder, 32, Part.TEST, line -> {}).size());
    }

    @Test
    void ofCifar100TheFineLabelCounts() throws IOException {
        Files.write(folder.resolve("train.bin"), record(0, 2, 99));
        ImageSet images = ImageSets.open(folder, 32, Part.TRAIN, line -> {});
        assertEquals(99, images.label(0));
        assertEquals(100, images.classNames().size());
        assertEquals(0 / 127.5f - 1, TestData.read(images, 0, View.CENTRE)[0]);
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
    }

    private void refused(String words) {
        String message = assertThrows(
                        InvalidInputException.class, () -> ImageSets.open(folder, 32, Part.TRAIN, line -> {}))
                .getMessage();
        assertTrue(message.contains(words), message);
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
