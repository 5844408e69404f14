package org.nextscale.image.internal.set;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.image.Images;

class IdxImageSetProviderTest {
    @TempDir
    Path folder;

    @Test
    void greyImagesHaveThreeEqualChannels() throws IOException {
        write("train", ".gz", 3, 28, 20);
        ImageSet images = open(ImagePart.TRAIN);
        assertEquals(3, images.size());
        assertEquals(Optional.of(new ImageSize(20, 28)), images.commonSize());
        assertEquals(List.of("0", "1", "2"), images.classNames());
        assertEquals(OptionalInt.of(2), images.label(2));
        byte[] rgb = images.image(1).rgb();
        for (int i = 0; i < rgb.length; i++) {
            assertEquals((byte) (28 * 20 + i / 3), rgb[i]);
        }
    }

    @Test
    void partsAreToldApart() throws IOException {
        write("train", ".gz", 3, 4, 4);
        assertTrue(find(ImagePart.TEST).isEmpty());
        assertEquals(3, open(ImagePart.ALL).size());
        write("t10k", ".gz", 2, 4, 4);
        assertEquals(2, open(ImagePart.TEST).size());
        assertEquals(3, open(ImagePart.TRAIN).size());
    }

    @Test
    void allOfThemAreBothParts() throws IOException {
        write("train", "", 3, 4, 4);
        write("t10k", "", 2, 4, 4);
        ImageSet all = open(ImagePart.ALL);
        assertEquals(5, all.size());
        assertEquals(OptionalInt.of(2), all.label(2));
        assertEquals(OptionalInt.of(1), all.label(4));
        assertEquals(16, all.image(4).rgb()[0]);
        assertEquals(List.of("0", "1", "2"), all.classNames(), "the test part lacks the last");
    }

    @Test
    void oneFileIsReadWithTheLabelsBesideIt() throws IOException {
        for (String ending : List.of("", ".gz")) {
            byte[] pixels = {1, 2, 3, 4, 5, 6, 7, (byte) 200};
            Path file = Images.idx(folder.resolve("x-images-idx3-ubyte" + ending), pixels, 2, 2, 2);
            Images.idx(folder.resolve("x-labels-idx1-ubyte" + ending), new byte[] {9, 3}, 2);
            ImageSet images = open(file);
            assertEquals(2, images.size());
            assertEquals(OptionalInt.of(3), images.label(1));
            assertArrayEquals(
                    new byte[] {5, 5, 5, 6, 6, 6, 7, 7, 7, (byte) 200, (byte) 200, (byte) 200},
                    images.image(1).rgb());
        }
    }

    @Test
    void oneFileDoesWithoutLabels() throws IOException {
        ImageSet images = open(Images.idx(folder.resolve("images"), new byte[] {9}, 1, 1, 1));
        assertEquals(OptionalInt.empty(), images.label(0));
        assertEquals(List.of(), images.classNames());
        assertEquals(9, images.image(0).rgb()[2]);
    }

    @Test
    void theFingerprintIsOfTheContentCompressedOrNot() throws IOException {
        write("train", ".gz", 3, 4, 4);
        String compressed = fingerprint();
        write("train", "", 3, 4, 4);
        assertEquals(compressed, fingerprint(), "beside its compressed self, the bare file is read");
        Images.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[] {0, 1, 1}, 3);
        assertNotEquals(compressed, fingerprint());
    }

    @Test
    void fashionMnistHasNames() throws IOException {
        Path fashion = Files.createDirectory(folder.resolve("Fashion-MNIST"));
        Images.idx(fashion.resolve("train-images-idx3-ubyte"), new byte[160], 10, 4, 4);
        Images.idx(fashion.resolve("train-labels-idx1-ubyte"), Images.counting(10), 10);
        List<String> names = open(fashion).classNames();
        assertEquals(10, names.size());
        assertEquals("T-shirt/top", names.get(0));
        assertEquals("Ankle boot", names.get(9));
    }

    @Test
    void aHeaderThatClaimsABillionImagesTakesNoMemory() throws IOException {
        Images.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[16], 16);
        for (String ending : new String[] {"", ".gz"}) {
            Path images = Images.idx(
                    folder.resolve("train-images-idx3-ubyte" + ending), new byte[100], 1_000_000_000, 28, 28);
            refused("its header says [1000000000, 28, 28]");
            Images.idx(images, new byte[100], 0x7fffffff, 0x7fffffff, 0x7fffffff);
            refused("so much cannot be in it");
            Images.idx(images, new byte[100], 1, 100_000, 100_000);
            refused("so much cannot be in it");
            Images.idx(images, new byte[100], -1, 28, 28);
            refused("has nothing in it");
            Files.delete(images);
        }
    }

    /** Within what deflate could have made of it, so that only reading tells. */
    @Test
    void filesThatEndEarlyOrLateAreRefused() throws IOException {
        write("train", ".gz", 3, 4, 4);
        Path images = folder.resolve("train-images-idx3-ubyte.gz");
        Images.idx(images, new byte[40], 3, 4, 4);
        refused("is cut short");
        Images.idx(images, new byte[50], 3, 4, 4);
        refused("has more bytes than its header says");
        Images.idx(images, Images.counting(48), 3, 4, 4);
        byte[] whole = Files.readAllBytes(images);
        Files.write(images, Arrays.copyOf(whole, whole.length - 12));
        refused("is cut short");
        whole[whole.length - 12] ^= 0x10;
        Files.write(images, whole);
        refused("is damaged");
        Files.write(images, new byte[] {0x1f, (byte) 0x8b, 1, 1, 1, 1, 1, 1, 1, 1, 1});
        refused("is damaged");
        Files.write(images, new byte[1]);
        refused("is cut short");
        Files.delete(images);
        Path bare = folder.resolve("train-images-idx3-ubyte");
        Images.idx(bare, new byte[48], 3, 4, 4);
        Files.write(bare, Arrays.copyOf(Files.readAllBytes(bare), 9));
        refused("is cut short");
    }

    @Test
    void whatDoesNotFitTogetherIsRefused() throws IOException {
        write("train", "", 3, 4, 4);
        Images.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[2], 2);
        refused("do not belong together");
        Images.idx(folder.resolve("train-labels-idx1-ubyte"), new byte[4], 2, 2);
        refused("is no IDX file of bytes in 1 dimensions");
        Files.delete(folder.resolve("train-labels-idx1-ubyte"));
        refused("train-labels-idx1-ubyte is missing");
        Images.idx(folder.resolve("other-train-images-idx3-ubyte"), new byte[16], 1, 4, 4);
        refused("holds several sets of images");
    }

    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aPipeIsNotLookedInto() throws Exception {
        Path pipe = folder.resolve("train-images-idx3-ubyte");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no pipe can be made here");
        IdxImageSetProvider provider = new IdxImageSetProvider();
        assertEquals(0, provider.match(pipe));
        assertEquals(0, provider.match(folder));
        String message =
                assertThrows(InvalidInputException.class, () -> open(pipe)).getMessage();
        assertEquals(pipe + " is no plain file", message);
    }

    @Test
    void whatSystemsAndUnpackersPutBesideTheFilesIsPassedOver() throws IOException {
        write("train", ".gz", 3, 4, 4);
        Files.writeString(folder.resolve("._train-images-idx3-ubyte.gz"), "of a Macintosh");
        Files.createDirectory(folder.resolve("train-images-idx3-ubyte"));
        assertEquals(3, open(ImagePart.TRAIN).size());
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws IOException {
        write("train", "", 3, 4, 4);
        Path labels = folder.resolve("train-labels-idx1-ubyte");
        Files.delete(labels);
        Files.createSymbolicLink(labels, folder.resolve("nowhere"));
        refused(labels + ": no such file or folder");
    }

    private void refused(String words) {
        String message = assertThrows(InvalidInputException.class, () -> open(ImagePart.TRAIN))
                .getMessage();
        assertTrue(message.contains(words), message);
        assertEquals(1, message.lines().count());
    }

    private Optional<ImageSet> find(ImagePart part) {
        return new IdxImageSetProvider().open(folder, part, line -> {});
    }

    private ImageSet open(ImagePart part) {
        return find(part).orElseThrow();
    }

    private static ImageSet open(Path path) {
        return new IdxImageSetProvider().open(path, ImagePart.ALL, line -> {}).orElseThrow();
    }

    private String fingerprint() {
        String fingerprint = open(ImagePart.TRAIN).fingerprint();
        assertTrue(fingerprint.matches("[0-9a-f]{64}"), fingerprint);
        return fingerprint;
    }

    private void write(String part, String ending, int count, int rows, int columns) throws IOException {
        Images.idx(
                folder.resolve(part + "-images-idx3-ubyte" + ending),
                Images.counting(count * rows * columns),
                count,
                rows,
                columns);
        Images.idx(folder.resolve(part + "-labels-idx1-ubyte" + ending), Images.counting(count), count);
    }
}
