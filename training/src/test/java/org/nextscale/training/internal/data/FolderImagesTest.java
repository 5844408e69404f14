package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.engine.image.PngFile;
import org.nextscale.engine.image.RgbImage;

class FolderImagesTest {
    private static final int SIDE = 16;

    @TempDir
    Path folder;

    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    @Test
    void foldersAreClassesInTheOrderOfTheirNames() throws IOException {
        TestData.png(folder.resolve("dog/b.png"), 20, 20, 10);
        TestData.png(folder.resolve("dog/a.PNG"), 20, 20, 20);
        TestData.png(folder.resolve("cat/deep/er.png"), 20, 20, 30);
        TestData.png(folder.resolve("cat/.hidden.png"), 20, 20, 40);
        TestData.png(folder.resolve(".thumbnails/x.png"), 20, 20, 50);
        Files.writeString(folder.resolve("dog/readme.txt"), "no picture");
        Files.writeString(folder.resolve("list.csv"), "no class");
        ImageSet images = open();
        assertEquals(List.of("cat", "dog"), images.classNames());
        assertEquals(3, images.size());
        int[] labels = {images.label(0), images.label(1), images.label(2)};
        assertArrayEquals(new int[] {0, 1, 1}, labels);
        assertEquals(30 / 127.5f - 1, TestData.read(images, 0, View.CENTRE)[0], 1e-6);
        assertEquals(20 / 127.5f - 1, TestData.read(images, 1, View.CENTRE)[0], 1e-6);
        assertEquals(List.of(), notes);
    }

    @Test
    void jpegAndWebpAreRead() throws IOException {
        Files.createDirectories(folder.resolve("a"));
        BufferedImage red = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < 1200; i++) {
            red.setRGB(i % 40, i / 40, 0xff0000);
        }
        ImageIO.write(red, "jpeg", folder.resolve("a/1.jpg").toFile());
        BitSet left = new BitSet();
        for (int i = 0; i < 18 * 18; i++) {
            left.set(i, i % 18 < 9);
        }
        Files.write(folder.resolve("a/2.webp"), TestData.webp(18, 18, left));
        ImageSet images = open();
        float[] jpeg = TestData.read(images, 0, View.CENTRE);
        assertEquals(1, jpeg[0], 0.05);
        assertEquals(-1, jpeg[SIDE * SIDE], 0.05);
        float[] webp = TestData.read(images, 1, View.CENTRE);
        for (int i = 0; i < SIDE * SIDE; i++) {
            assertEquals(-1, webp[i]);
            assertEquals(i % SIDE < 8 ? 1 : -1, webp[SIDE * SIDE + i]);
            assertEquals(-1, webp[2 * SIDE * SIDE + i]);
        }
    }

    @Test
    void aWebpThatIsDamagedOrHugeIsLeftOut() throws IOException {
        TestData.png(folder.resolve("a/good.png"), 20, 20, 10);
        byte[] whole = TestData.webp(64, 64, new BitSet());
        Files.write(folder.resolve("a/short.webp"), Arrays.copyOf(whole, 60));
        Files.write(folder.resolve("a/huge.webp"), huge());
        Files.write(folder.resolve("a/text.webp"), "RIFF....WEBPVP8 nonsense".getBytes(StandardCharsets.US_ASCII));
        assertEquals(1, open().size());
        assertEquals(4, notes.size(), notes.toString());
        assertTrue(notes.toString().contains("huge.webp is 16384 x 16384 pixels"), notes.toString());
    }

    /** The header of the largest picture, and little behind it. */
    private static byte[] huge() {
        byte[] file = TestData.webp(64, 64, new BitSet());
        file[21] = (byte) 0xff;
        file[22] = (byte) 0xff;
        file[23] = (byte) 0xff;
        file[24] |= 0x0f;
        return file;
    }

    @Test
    void theShorterEdgeHasAMarginFromWhichTheViewTakesASquare() throws IOException {
        // 36 x 18 becomes itself: 1.125 times 16 is 18.
        byte[] rgb = new byte[36 * 18 * 3];
        for (int i = 0; i < 36 * 18; i++) {
            rgb[3 * i] = (byte) (i % 36);
            rgb[3 * i + 1] = (byte) (i / 36);
        }
        Files.createDirectories(folder.resolve("a"));
        PngFile.write(folder.resolve("a/x.png"), new RgbImage(36, 18, rgb), Map.of());
        ImageSet images = open();
        for (boolean flipped : new boolean[] {false, true}) {
            for (double[] place : new double[][] {{0, 0}, {1, 1}, {0.5, 0.5}, {0.99, 0.2}}) {
                float[] pixels = TestData.read(images, 0, new View(place[0], place[1], flipped));
                int top = (int) Math.min(2, place[0] * 3);
                int left = (int) Math.min(20, place[1] * 21);
                assertEquals((left + (flipped ? 15 : 0)) / 127.5f - 1, pixels[0], 1e-6);
                assertEquals((left + (flipped ? 0 : 15)) / 127.5f - 1, pixels[15], 1e-6);
                assertEquals(top / 127.5f - 1, pixels[256], 1e-6);
                assertEquals((top + 15) / 127.5f - 1, pixels[256 + 255], 1e-6);
            }
        }
    }

    @Test
    void keptInMemoryOrNotThePixelsAreTheSame() throws IOException {
        for (int i = 0; i < 5; i++) {
            TestData.png(folder.resolve("a/" + i + ".png"), 30 + i, 50, 40 * i);
        }
        ImageSet kept = open(FolderImages.MOST_KEPT);
        ImageSet decoded = open(0);
        for (int i = 0; i < 5; i++) {
            View view = new View(0.3, 0.7, i % 2 == 0);
            assertArrayEquals(TestData.read(kept, i, view), TestData.read(decoded, i, view));
        }
    }

    @Test
    void unreadablePicturesAreLeftOutCountedAndNamedOnce() throws IOException {
        TestData.png(folder.resolve("a/1.png"), 20, 20, 10);
        Files.writeString(folder.resolve("a/2.png"), "no picture");
        Files.write(folder.resolve("a/3.jpg"), new byte[0]);
        truncated("a/4.png");
        TestData.png(folder.resolve("b/5.png"), 20, 20, 50);
        ImageSet images = open();
        assertEquals(2, images.size());
        assertEquals(List.of("a", "b"), images.classNames());
        assertEquals(1, images.label(1));
        assertEquals(4, notes.size(), notes.toString());
        for (String name : List.of("2.png is no image", "3.jpg is empty", "4.png is damaged")) {
            assertEquals(1, notes.stream().filter(line -> line.contains(name)).count(), notes.toString());
        }
        assertEquals("3 of 5 pictures are left out", notes.get(3));
    }

    @Test
    void whatCannotBeDecodedLaterIsReplacedByTheNextOfItsClass() throws IOException {
        TestData.png(folder.resolve("a/1.png"), 20, 20, 10);
        truncated("a/2.png");
        TestData.png(folder.resolve("a/3.png"), 20, 20, 30);
        truncated("a/4.png");
        TestData.png(folder.resolve("b/5.png"), 20, 20, 50);
        ImageSet images = open(0);
        assertEquals(5, images.size(), "their headers are good");
        for (int round = 0; round < 2; round++) {
            assertEquals(30 / 127.5f - 1, TestData.read(images, 1, View.CENTRE)[0], 1e-6);
            assertEquals(10 / 127.5f - 1, TestData.read(images, 3, View.CENTRE)[0], 1e-6);
        }
        assertEquals(2, notes.size(), notes.toString());
        assertTrue(notes.get(0).contains("2.png is damaged"), notes.toString());
    }

    @Test
    void aClassWithoutAGoodPictureIsAnError() throws IOException {
        TestData.png(folder.resolve("a/1.png"), 20, 20, 10);
        truncated("b/2.png");
        assertTrue(refusal().contains("no picture of class b can be read"), refusal());
        ImageSet later = open(0);
        assertThrows(InvalidInputException.class, () -> TestData.read(later, 1, View.CENTRE));
        Files.delete(folder.resolve("b/2.png"));
        assertTrue(refusal().contains("has no PNG, JPEG or WebP file of class b"), refusal());
        Files.delete(folder.resolve("a/1.png"));
        assertTrue(refusal().contains("has 2 folders and no PNG"), refusal());
    }

    @Test
    void partsAreSubFoldersAndShareTheClasses() throws IOException {
        TestData.png(folder.resolve("train/a/1.png"), 20, 20, 10);
        TestData.png(folder.resolve("train/b/2.png"), 20, 20, 20);
        TestData.png(folder.resolve("val/b/3.png"), 20, 20, 30);
        assertEquals(2, open().size());
        ImageSet test = ImageSets.open(folder, SIDE, Part.TEST, notes::add);
        assertEquals(List.of("a", "b"), test.classNames());
        assertEquals(1, test.size());
        assertEquals(1, test.label(0));
        TestData.png(folder.resolve("val/c/4.png"), 20, 20, 30);
        String message = assertThrows(
                        InvalidInputException.class, () -> ImageSets.open(folder, SIDE, Part.TEST, notes::add))
                .getMessage();
        assertTrue(message.contains("has the class c"), message);
    }

    @Test
    void aClassMayBeCalledTrain() throws IOException {
        TestData.png(folder.resolve("train/1.png"), 20, 20, 10);
        TestData.png(folder.resolve("bus/2.png"), 20, 20, 20);
        assertEquals(List.of("bus", "train"), open().classNames());
        assertTrue(ImageSets.find(folder, SIDE, Part.TEST, notes::add).isEmpty());
    }

    @Test
    void theFingerprintIsOfNamesLengthsAndClasses() throws IOException {
        Path file = TestData.png(folder.resolve("a/1.png"), 20, 20, 10);
        String first = open().fingerprint();
        assertEquals(
                first, ImageSets.open(folder, 2 * SIDE, Part.TRAIN, notes::add).fingerprint());
        Files.move(file, folder.resolve("a/2.png"));
        assertNotEquals(first, open().fingerprint());
        Files.move(folder.resolve("a/2.png"), file);
        assertEquals(first, open().fingerprint());
        TestData.png(file, 21, 21, 10);
        assertNotEquals(first, open().fingerprint());
    }

    @Test
    void whatIsNoFolderOfImagesIsRefused() throws IOException {
        assertTrue(refusal().contains("has no train images"), refusal());
        TestData.png(folder.resolve("loose.png"), 20, 20, 10);
        assertTrue(refusal().contains("in a folder for each class"), refusal());
        Path missing = folder.resolve("missing");
        assertTrue(
                assertThrows(InvalidInputException.class, () -> ImageSets.open(missing, SIDE, Part.TRAIN, notes::add))
                        .getMessage()
                        .endsWith("does not exist"));
    }

    private ImageSet open() {
        return ImageSets.open(folder, SIDE, Part.TRAIN, notes::add);
    }

    private ImageSet open(long mostKept) throws IOException {
        return FolderImages.open(PictureFiles.find(folder, Part.TRAIN).orElseThrow(), SIDE, mostKept, notes::add);
    }

    private String refusal() {
        return assertThrows(InvalidInputException.class, this::open).getMessage();
    }

    /** A PNG whose header is good. */
    private void truncated(String name) throws IOException {
        Path file = TestData.png(folder.resolve(name), 20, 20, 99);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 45));
    }
}
