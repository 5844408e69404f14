package org.nextscale.training.internal.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.RgbImage;
import org.nextscale.files.numpy.NpzWriter;
import org.nextscale.image.PngFile;
import org.nextscale.image.internal.set.FolderImageSetProvider;
import org.nextscale.image.internal.set.NpzImageSetProvider;

class TrainingImagesTest {
    private static final int SIDE = 16;

    @TempDir
    Path folder;

    private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

    @Test
    void smallImagesGetABlackBorder() {
        TrainingImages images = TrainingImages.of(new TestData.Small(3, 28, 28), 32, notes::add);
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
    void flippedIsAMirror() {
        TrainingImages images = TrainingImages.of(new TestData.Small(1, 28, 28), 32, notes::add);
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
    void smallImagesOfOtherSizesAreResizedWhole() {
        RgbImage stored = new TestData.Small(1, 2, 2).image(0);
        for (int side : new int[] {1, 4, 64}) {
            TrainingImages images = TrainingImages.of(new TestData.Small(1, 2, 2), side, notes::add);
            float[] pixels = TestData.read(images, 0, View.CENTRE);
            assertEquals(3 * side * side, pixels.length);
            double mean = 0;
            for (int i = 0; i < side * side; i++) {
                mean += pixels[i] / (side * side);
            }
            double expected = (stored.rgb()[0] + stored.rgb()[3] + stored.rgb()[6] + stored.rgb()[9]) / 4.0;
            assertEquals(expected, (mean + 1) * 127.5, 0.51, "rounded to whole greys");
        }
    }

    @Test
    void oblongImagesLieInTheMiddleOfASquare() {
        TrainingImages images = TrainingImages.of(new TestData.Small(2, 8, 4), 8, notes::add);
        float[] pixels = TestData.read(images, 1, View.CENTRE);
        for (int i = 0; i < 64; i++) {
            assertEquals(i / 8 >= 2 && i / 8 < 6 ? (32 + i - 16) / 127.5f - 1 : -1, pixels[i]);
        }
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
        TrainingImages images = open();
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
        TrainingImages kept = open(TrainingImages.MOST_KEPT);
        TrainingImages decoded = open(0);
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
        TrainingImages images = open();
        assertEquals(2, images.size());
        assertEquals(List.of("a", "b"), images.classNames());
        assertEquals(1, images.label(1));
        assertEquals(4, notes.size(), notes.toString());
        for (String name : List.of("2.png is no PNG, JPEG or WebP", "3.jpg is empty", "4.png is damaged")) {
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
        TrainingImages images = open(0);
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
        refused("no picture of class b can be read", set());
        TrainingImages later = open(0);
        assertThrows(InvalidInputException.class, () -> TestData.read(later, 1, View.CENTRE));
    }

    @Test
    void soIsASetWithoutAGoodPicture() throws IOException {
        truncated("1.png");
        refused("can be read: ", set());
    }

    @Test
    void classesAreKnownOrTheyAreNotToBeLearned() throws IOException {
        TestData.png(folder.resolve("1.png"), 20, 20, 10);
        TrainingImages loose = open();
        assertEquals(List.of(), loose.classNames());
        assertEquals(10 / 127.5f - 1, TestData.read(loose, 0, View.CENTRE)[0], 1e-6, "a tokenizer learns from them");
        String message =
                assertThrows(InvalidInputException.class, loose::requireClasses).getMessage();
        assertTrue(message.contains("put them into a folder for each class"), message);
        TestData.png(folder.resolve("a/2.png"), 20, 20, 10);
        TrainingImages labelled = open();
        assertSame(labelled, labelled.requireClasses());
    }

    /** A test set may lack classes, or have them in another order: they have the numbers of what is learned. */
    @Test
    void classesOfTestImagesAreFoundByTheirNames() throws IOException {
        for (String name : List.of("ant/1.png", "bee/2.png", "cat/3.png")) {
            TestData.png(folder.resolve("train").resolve(name), 20, 20, 10);
        }
        for (String name : List.of("cat/4.png", "bee/5.png")) {
            TestData.png(folder.resolve("elsewhere").resolve(name), 20, 20, 10);
        }
        TrainingImages learned = all("train");
        TrainingImages test = all("elsewhere").withClassesOf(learned);
        assertEquals(List.of("ant", "bee", "cat"), test.classNames());
        assertEquals(1, test.label(0), "the bee");
        assertEquals(2, test.label(1), "the cat");

        TestData.png(folder.resolve("elsewhere/dog/6.png"), 20, 20, 10);
        TrainingImages unknown = all("elsewhere");
        String said = assertThrows(InvalidInputException.class, () -> unknown.withClassesOf(learned))
                .getMessage();
        assertTrue(said.endsWith(" has classes that are not learned: dog; learned are ant, bee, cat"), said);
    }

    private TrainingImages all(String name) {
        ImageSet set = new FolderImageSetProvider()
                .open(folder.resolve(name), ImagePart.ALL, notes::add)
                .orElseThrow();
        return TrainingImages.of(set, SIDE, notes::add);
    }

    /** An archive of arrays has numbers alone. */
    @Test
    void classesThatOnlyHaveNumbersAreCalledByThem() throws IOException {
        try (NpzWriter writer = new NpzWriter(Files.newOutputStream(folder.resolve("set.npz")))) {
            writer.bytes("arr_0", new ByteArrayInputStream(new byte[3 * 4 * 4 * 3]), 3, 4, 4, 3);
            writer.integers("arr_1", new int[] {2, 0, 2});
        }
        ImageSet set = new NpzImageSetProvider()
                .open(folder.resolve("set.npz"), ImagePart.TRAIN, notes::add)
                .orElseThrow();
        TrainingImages images = TrainingImages.of(set, 4, notes::add).requireClasses();
        assertEquals(List.of("0", "1", "2"), images.classNames());
        assertEquals(2, images.label(2));
    }

    @Test
    void theFingerprintIsThatOfTheSetAtAnySize() throws IOException {
        TestData.png(folder.resolve("a/1.png"), 20, 20, 10);
        ImageSet set = set();
        for (int side : new int[] {SIDE, 2 * SIDE}) {
            assertEquals(
                    set.fingerprint(), TrainingImages.of(set, side, notes::add).fingerprint());
        }
    }

    @Test
    void whatIsReadInItsOrderOnlyIsKept() throws IOException {
        try (ImageSet set = npz(3)) {
            TrainingImages images = TrainingImages.of(set, 4, notes::add);
            for (int index : new int[] {2, 0, 1, 1}) {
                assertEquals(48 * index / 127.5f - 1, TestData.read(images, index, View.CENTRE)[0], 1e-6);
            }
            String message = assertThrows(InvalidInputException.class, () -> TrainingImages.of(set, 4, 100, notes::add))
                    .getMessage();
            assertTrue(message.contains("can only be read in its order"), message);
        }
    }

    @Test
    void aDamagedStreamIsRefusedWhole() throws IOException {
        npz(20_000).close();
        Path file = folder.resolve("images.npz");
        byte[] whole = Files.readAllBytes(file);
        int directory = new String(whole, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        int checkSum = directory + 16;
        int pixels = directory - 60;
        for (int place : new int[] {checkSum, pixels}) {
            byte[] bytes = whole.clone();
            bytes[place] ^= 0x55;
            Files.write(file, bytes);
            try (ImageSet set = openNpz()) {
                refused("images.npz: arr_0 is damaged", set);
            }
        }
    }

    /** 4 x 4 pixels each. */
    private ImageSet npz(int images) throws IOException {
        byte[] values = new byte[images * 48];
        for (int i = 0; i < values.length; i++) {
            values[i] = (byte) i;
        }
        try (NpzWriter npz = new NpzWriter(Files.newOutputStream(folder.resolve("images.npz")))) {
            npz.bytes("arr_0", new ByteArrayInputStream(values), images, 4, 4, 3);
        }
        return openNpz();
    }

    private ImageSet openNpz() {
        return new NpzImageSetProvider()
                .open(folder.resolve("images.npz"), ImagePart.TRAIN, notes::add)
                .orElseThrow();
    }

    private ImageSet set() {
        return new FolderImageSetProvider()
                .open(folder, ImagePart.TRAIN, notes::add)
                .orElseThrow();
    }

    private TrainingImages open() {
        return TrainingImages.of(set(), SIDE, notes::add);
    }

    private TrainingImages open(long mostKept) {
        return TrainingImages.of(set(), SIDE, mostKept, notes::add);
    }

    private void refused(String words, ImageSet set) {
        String message = assertThrows(InvalidInputException.class, () -> TrainingImages.of(set, 4, notes::add))
                .getMessage();
        assertTrue(message.contains(words), message);
    }

    /** A PNG whose header is good. */
    private void truncated(String name) throws IOException {
        Path file = TestData.png(folder.resolve(name), 20, 20, 99);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, 45));
    }
}
