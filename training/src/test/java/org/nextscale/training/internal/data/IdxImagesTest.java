package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;

class IdxImagesTest {
    @TempDir
    Path folder;

    @Test
    void greyImagesGetABlackBorderAndThreeChannels() throws IOException {
        write("train", ".gz", 3, 28, 28);
        ImageSet images = ImageSets.open(folder, 32, Part.TRAIN, line -> {});
        assertEquals(3, images.size());
        assertEquals(32, images.side());
        assertEquals(List.of("0", "1", "2"), images.classNames());
        assertEquals(2, images.label(2));
        float[] pixels = TestData.read(images, 1, View.CENTRE);
        for (int channel = 0; channel < 3; channel++) {
            for (int y = 0; y < 32; y++) {
                for (int x = 0; x < 32; x++) {
                    boolean border = y < 2 || y >= 30 || x < 2 || x >= 30;
                    int value = (28 * 28 + (y - 2) * 28 + x - 2) & 0xff;
                    float expected = border ? -1 : value / 127.5f - 1;
                    assertEquals(expected, pixels[channel * 1024 + y * 32 + x]);
                }
            }
        }
    }

    @Test
    void flippedIsAMirror() throws IOException {
        write("train", "", 1, 28, 28);
        ImageSet images = ImageSets.open(folder, 32, Part.TRAIN, line -> {});
        float[] straight = TestData.read(images, 0, View.CENTRE);
        float[] flipped = new float[5 + images.elements()];
        images.read(0, View.CENTRE_FLIPPED, flipped, 5);
        for (int row = 0; row < 96; row++) {
            for (int x = 0; x < 32; x++) {
                assertEquals(straight[row * 32 + x], flipped[5 + row * 32 + 31 - x]);
            }
        }
    }

    @Test
    void otherSizesAreResized() throws IOException {
        byte[] grey = new byte[28 * 28];
        Arrays.fill(grey, (byte) 51);
        TestData.idx(folder.resolve("train-images-idx3-ubyte"), grey, 1, 28, 28);
        TestData.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[1], 1);
        for (int side : new int[] {16, 64}) {
            float[] pixels = TestData.read(ImageSets.open(folder, side, Part.TRAIN, line -> {}), 0, View.CENTRE);
            assertEquals(3 * side * side, pixels.length);
            for (float value : pixels) {
                assertEquals(51 / 127.5f - 1, value, 1e-6);
            }
        }
    }

    @Test
    void oblongImagesLieInTheMiddleOfASquare() throws IOException {
        byte[] white = new byte[2 * 4 * 8];
        Arrays.fill(white, (byte) 255);
        TestData.idx(folder.resolve("train-images-idx3-ubyte"), white, 2, 4, 8);
        TestData.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[2], 2);
        float[] pixels = TestData.read(ImageSets.open(folder, 8, Part.TRAIN, line -> {}), 1, View.CENTRE);
        for (int i = 0; i < 64; i++) {
            assertEquals(i / 8 >= 2 && i / 8 < 6 ? 1 : -1, pixels[i]);
        }
    }

    @Test
    void partsAreToldApart() throws IOException {
        write("train", ".gz", 3, 4, 4);
        assertTrue(ImageSets.find(folder, 4, Part.TEST, line -> {}).isEmpty());
        assertTrue(assertThrows(InvalidInputException.class, () -> ImageSets.open(folder, 4, Part.TEST, line -> {}))
                .getMessage()
                .contains("has no test images"));
        write("t10k", ".gz", 2, 4, 4);
        assertEquals(2, ImageSets.open(folder, 4, Part.TEST, line -> {}).size());
        assertEquals(3, ImageSets.open(folder, 4, Part.TRAIN, line -> {}).size());
    }

    @Test
    void theFingerprintIsOfTheContentCompressedOrNot() throws IOException {
        write("train", ".gz", 3, 4, 4);
        String compressed = fingerprint();
        write("train", "", 3, 4, 4);
        assertEquals(compressed, fingerprint(), "beside its compressed self, the bare file is read");
        TestData.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[] {0, 1, 1}, 3);
        assertNotEquals(compressed, fingerprint());
    }

    @Test
    void fashionMnistHasNames() throws IOException {
        Path fashion = Files.createDirectory(folder.resolve("Fashion-MNIST"));
        TestData.idx(fashion.resolve("train-images-idx3-ubyte"), new byte[160], 10, 4, 4);
        TestData.idx(fashion.resolve("train-labels-idx1-ubyte"), TestData.counting(10), 10);
        List<String> names = ImageSets.open(fashion, 4, Part.TRAIN, line -> {}).classNames();
        assertEquals(10, names.size());
        assertEquals("T-shirt/top", names.get(0));
        assertEquals("Ankle boot", names.get(9));
    }

    @Test
    void aHeaderThatClaimsABillionImagesTakesNoMemory() throws IOException {
        TestData.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[16], 16);
        for (String ending : new String[] {"", ".gz"}) {
            Path images = TestData.idx(
                    folder.resolve("train-images-idx3-ubyte" + ending), new byte[100], 1_000_000_000, 28, 28);
            refused("its header says [1000000000, 28, 28]");
            TestData.idx(images, new byte[100], 0x7fffffff, 0x7fffffff, 0x7fffffff);
            refused("so much cannot be in it");
            TestData.idx(images, new byte[100], -1, 28, 28);
            refused("has nothing in it");
            Files.delete(images);
        }
    }

    /** Within what deflate could have made of it, so that only reading tells. */
    @Test
    void filesThatEndEarlyOrLateAreRefused() throws IOException {
        write("train", ".gz", 3, 4, 4);
        Path images = folder.resolve("train-images-idx3-ubyte.gz");
        TestData.idx(images, new byte[40], 3, 4, 4);
        refused("is cut short");
        TestData.idx(images, new byte[50], 3, 4, 4);
        refused("has more bytes than its header says");
        TestData.idx(images, TestData.counting(48), 3, 4, 4);
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 12));
        refused("is cut short");
        whole[whole.length - 12] ^= 0x10;
        Files.write(images, whole);
        refused("is damaged");
        Files.write(images, new byte[1]);
        refused("is cut short");
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() throws IOException {
        write("train", "", 3, 4, 4);
        TestData.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[2], 2);
        refused("do not belong together");
        TestData.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[4], 2, 2);
        refused("is no IDX file of bytes in 1 dimensions");
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        refused("train-labels-idx1-ubyte is missing");
        TestData.idx(folder.resolve("other-train-images-idx3-ubyte"), new byte[16], 1, 4, 4);
        refused("holds several sets of images");
    }

    private void refused(String words) {
        String message = assertThrows(
                        InvalidInputException.class, () -> ImageSets.open(folder, 32, Part.TRAIN, line -> {}))
                .getMessage();
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count());
    }

    private String fingerprint() {
        String fingerprint = ImageSets.open(folder, 4, Part.TRAIN, line -> {}).fingerprint();
        assertArrayEquals(new int[] {64, 64}, new int[] {
            fingerprint.length(), fingerprint.replaceAll("[^0-9a-f]", "").length()
        });
        return fingerprint;
    }

    private void write(String part, String ending, int count, int rows, int columns) throws IOException {
        TestData.idx(
                folder.resolve(part + "-images-idx3-ubyte" + ending),
                TestData.counting(count * rows * columns),
                count,
                rows,
                columns);
        TestData.idx(folder.resolve(part + "-labels-idx1-ubyte" + ending), TestData.counting(count), count);
    }
}
