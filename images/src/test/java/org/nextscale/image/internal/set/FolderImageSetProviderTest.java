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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSize;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.image.Images;
import org.nextscale.image.ProvenanceText;

class FolderImageSetProviderTest {
    private static final Provenance MADE = Provenance.builder("Nextscale")
            .image(1, Condition.ofClass(4), Optional.empty())
            .build();

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    @Test
    void foldersAreClassesInTheOrderOfTheirNames() throws IOException {
        png("dog/b.png", 10);
        png("dog/a.PNG", 20);
        png("cat/deep/er.png", 30);
        png("cat/.hidden.png", 40);
        png("cat/.deep/hidden.png", 40);
        png(".thumbnails/x.png", 50);
        Files.writeString(folder.resolve("dog/readme.txt"), "no picture");
        Files.writeString(folder.resolve("list.csv"), "no class");
        for (ImagePart part : List.of(ImagePart.TRAIN, ImagePart.ALL)) {
            ImageSet images = open(part);
            assertEquals(List.of("cat", "dog"), images.classNames());
            assertEquals(List.of("cat/deep/er.png", "dog/a.PNG", "dog/b.png"), names(images));
            assertEquals(labelled(0, 1, 1), labels(images));
            assertEquals(30, images.image(0).rgb()[0]);
            assertEquals(20, images.image(1).rgb()[0]);
            assertTrue(images.isRandomAccess());
            assertEquals(Optional.empty(), images.commonSize());
        }
    }

    @Test
    void whatSystemsLeaveBehindIsNoClassAndInNone() throws IOException {
        png("cat/a.png", 10);
        png("dog/b.png", 20);
        for (String litter :
                List.of("__MACOSX", "@eaDir", ".ipynb_checkpoints", ".git", "lost+found", "$RECYCLE.BIN", "#recycle")) {
            png(litter + "/cat/x.png", 30);
            png("cat/" + litter + "/x.png", 30);
            png("dog/deep/" + litter + "/x.png", 30);
        }
        Images.png(folder.resolve("cat/._a.png"), 2, 2, 0);
        for (ImagePart part : List.of(ImagePart.TRAIN, ImagePart.ALL)) {
            ImageSet images = open(part);
            assertEquals(List.of("cat", "dog"), images.classNames());
            assertEquals(List.of("cat/a.png", "dog/b.png"), names(images));
        }
        assertEquals(List.of(), notes);
    }

    @Test
    void whatLiesDeeperIsOfTheClassAndIsSaid() throws IOException {
        png("cat/a.png", 10);
        for (ImagePart part : List.of(ImagePart.TRAIN, ImagePart.ALL)) {
            png("cat/more/b.png", 20);
            png("cat/more/still/c.png", 30);
            ImageSet images = open(part);
            assertEquals(List.of("cat"), images.classNames());
            assertEquals(labelled(0, 0, 0), labels(images));
            assertEquals(
                    List.of(folder
                            + ": 2 pictures lie in folders within the folder of a class and count as of that class,"
                            + " such as cat/more/b.png"),
                    notes);
            notes.clear();
        }
        StringBuilder deep = new StringBuilder("cat");
        for (int i = 0; i < 16; i++) {
            deep.append("/").append(i);
        }
        png(deep + "/d.png", 40);
        refused(ImagePart.ALL, "lies more than 16 folders deep");
    }

    @Test
    void whatIsLeftOutIsSaid() throws IOException {
        png("cat/a.png", 10);
        png("loose.png", 20);
        open(ImagePart.TRAIN);
        assertEquals(List.of(folder + ": 1 picture lies in no folder of a class, left out: loose.png"), notes);
        notes.clear();
        png("train/cat/a.png", 10);
        png("val/cat/b.png", 10);
        Files.writeString(folder.resolve("readme.txt"), "beside them, and no picture");
        open(ImagePart.ALL);
        assertEquals(
                List.of(folder + " is divided, its images are in train and val; left out beside them: cat, loose.png"),
                notes);
    }

    /** Opening a pipe waits for somebody to write into it. */
    @Test
    @Timeout(value = 60, threadMode = ThreadMode.SEPARATE_THREAD)
    void aPipeAndALinkToNothingAreSaidWhenTheyAreAskedFor() throws Exception {
        png("cat/good.png", 10);
        Path pipe = folder.resolve("cat/pipe.png");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "no pipe can be made here");
        Files.createSymbolicLink(folder.resolve("cat/gone.png"), folder.resolve("nowhere/gone.png"));
        Files.createSymbolicLink(folder.resolve("cat/self.png"), folder.resolve("cat/self.png"));
        Files.createSymbolicLink(folder.resolve("cat/there.png"), folder.resolve("cat/good.png"));
        ImageSet images = open(ImagePart.ALL);
        assertEquals(
                List.of("cat/gone.png", "cat/good.png", "cat/pipe.png", "cat/self.png", "cat/there.png"),
                names(images));
        assertEquals(64, images.fingerprint().length());
        unusable(images, 0, folder.resolve("cat/gone.png") + " is a link that leads nowhere");
        unusable(images, 2, pipe + " is a pipe, a socket or a device, an image file is needed");
        unusable(images, 3, folder.resolve("cat/self.png") + " is a link that leads nowhere");
        assertEquals(10, images.image(4).rgb()[0]);
        assertEquals(List.of(), notes);
    }

    private static void unusable(ImageSet images, int index, String words) {
        assertEquals(Optional.empty(), images.provenance(index));
        assertEquals(
                words,
                assertThrows(InvalidInputException.class, () -> images.image(index))
                        .getMessage());
        assertEquals(
                words,
                assertThrows(InvalidInputException.class, () -> images.imageSize(index))
                        .getMessage());
    }

    @Test
    void linksThatLeadBackArePassedOver() throws IOException {
        png("cat/a.png", 10);
        png("dog/b.png", 20);
        Files.createSymbolicLink(folder.resolve("all"), folder);
        Files.createSymbolicLink(folder.resolve("cat/up"), folder);
        Files.createSymbolicLink(folder.resolve("cat/disk"), folder.getRoot());
        Files.createSymbolicLink(folder.resolve("wolf"), folder.resolve("dog"));
        for (ImagePart part : List.of(ImagePart.TRAIN, ImagePart.ALL)) {
            ImageSet images = open(part);
            assertEquals(List.of("cat", "dog", "wolf"), images.classNames());
            assertEquals(List.of("cat/a.png", "dog/b.png", "wolf/b.png"), names(images));
            List<String> back = List.of("cat/disk", "cat/up", "all");
            assertEquals(
                    back.stream()
                            .map(link -> folder.resolve(link) + " is a link to a folder that it lies in, passed over")
                            .toList(),
                    notes);
            notes.clear();
        }
    }

    @Test
    void twoFoldersThatLinkToEachOtherEnd() throws IOException {
        png("cat/a.png", 10);
        Path elsewhere = Files.createDirectories(folder.resolve(".elsewhere"));
        Images.png(elsewhere.resolve("b.png"), 4, 4, 20);
        Files.createSymbolicLink(folder.resolve("cat/there"), elsewhere);
        Files.createSymbolicLink(elsewhere.resolve("back"), folder.resolve("cat"));
        assertEquals(List.of("cat/a.png", "cat/there/b.png"), names(open(ImagePart.TRAIN)));
        assertTrue(
                notes.contains(
                        folder.resolve("cat/there/back") + " is a link to a folder that it lies in, passed over"),
                notes::toString);
    }

    /** Nobody knows what would be missing. */
    @Test
    void whatMayBeAFolderOfPicturesAndCannotBeLookedIntoIsRefused() throws IOException {
        png("cat/a.png", 10);
        Path link = Files.createSymbolicLink(folder.resolve("cat/more"), folder.resolve("unplugged"));
        refused(ImagePart.ALL, link + " is a link that leads nowhere");
        Files.delete(link);
        Path dog = Files.createSymbolicLink(folder.resolve("dog"), folder.resolve("unplugged"));
        for (ImagePart part : ImagePart.values()) {
            refused(part == ImagePart.TEST ? ImagePart.ALL : part, dog + " is a link that leads nowhere");
        }
        Files.delete(dog);
        Files.createSymbolicLink(folder.resolve("cat/readme.txt"), folder.resolve("unplugged"));
        assertEquals(1, open(ImagePart.ALL).size());
        Path closed = Files.createDirectory(folder.resolve("cat/closed"));
        assumeTrue(closed.toFile().setReadable(false) && !Files.isReadable(closed), "this user may read everything");
        refused(ImagePart.ALL, closed + ": permission denied");
        refused(ImagePart.TRAIN, closed + ": permission denied");
    }

    @Test
    void numbersAreOrderedAsNumbers() throws IOException {
        for (int number : new int[] {10, 2, 0, 1}) {
            png(number + "/x.png", number);
        }
        for (ImagePart part : List.of(ImagePart.TRAIN, ImagePart.ALL)) {
            ImageSet images = open(part);
            assertEquals(List.of("0", "1", "2", "10"), images.classNames());
            assertEquals(labelled(0, 1, 2, 3), labels(images));
            assertEquals(10, images.image(3).rgb()[0]);
        }
    }

    @Test
    void numbersAmongOtherNamesAreOrderedAsTheyAreSpelt() throws IOException {
        for (String name : List.of("10", "2", "cat")) {
            png(name + "/x.png", 1);
        }
        assertEquals(List.of("10", "2", "cat"), open(ImagePart.TRAIN).classNames());
    }

    @Test
    void picturesAreReadAsTheyAre() throws IOException {
        RgbImage image = Images.noise(12, 7, 1);
        Path file = Images.png(folder.resolve("a/b.png"), image, Map.of());
        ImageSet images = open(ImagePart.ALL);
        assertArrayEquals(image.rgb(), images.image(0).rgb());
        assertEquals(new ImageSize(12, 7), images.imageSize(0));
        assertEquals(file.toString(), images.name(0));
        assertEquals(folder.toString(), images.description());
    }

    @Test
    void picturesInNoFolderHaveNoClassAndComeLast() throws IOException {
        png("a-loose.png", 10);
        png("cat/b.png", 20);
        ImageSet all = open(ImagePart.ALL);
        assertEquals(List.of("cat/b.png", "a-loose.png"), names(all));
        assertEquals(List.of(OptionalInt.of(0), OptionalInt.empty()), labels(all));
        assertEquals(List.of("cat/b.png"), names(open(ImagePart.TRAIN)), "where there are classes, they are learned");
        Files.delete(folder.resolve("cat/b.png"));
        Files.delete(folder.resolve("cat"));
        ImageSet loose = open(ImagePart.TRAIN);
        assertEquals(List.of("a-loose.png"), names(loose));
        assertEquals(List.of(), loose.classNames());
    }

    @Test
    void aFolderMayBeHiddenItself() throws IOException {
        png(".cache/x.png", 10);
        png(".cache/cat/y.png", 20);
        Path hidden = folder.resolve(".cache");
        ImageSet images = new FolderImageSetProvider()
                .open(hidden, ImagePart.ALL, notes::add)
                .orElseThrow();
        assertEquals(2, images.size());
        Path here = hidden.resolve(".");
        assertEquals(
                2,
                new FolderImageSetProvider()
                        .open(here, ImagePart.ALL, notes::add)
                        .orElseThrow()
                        .size());
    }

    @Test
    void aPictureSaysHowItWasMade() throws IOException {
        Images.png(folder.resolve("1.png"), Images.noise(4, 4, 1), ProvenanceText.texts(MADE));
        png("2.png", 10);
        Images.png(folder.resolve("3.png"), Images.noise(4, 4, 1), Map.of(ProvenanceText.KEYWORD, "damaged"));
        Files.writeString(folder.resolve("4.jpg"), "no PNG");
        ImageSet images = open(ImagePart.ALL);
        assertEquals(Optional.of(MADE), images.provenance(0));
        for (int index = 1; index < 4; index++) {
            assertEquals(Optional.empty(), images.provenance(index));
        }
    }

    @Test
    void whatIsNoPictureIsSaidWhenItIsAskedFor() throws IOException {
        byte[] whole = Files.readAllBytes(png("good.png", 10));
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(folder.resolve("a-text.jpg"), "hello");
        Files.createFile(folder.resolve("empty.png"));
        Files.writeString(folder.resolve("notes.txt"), "not looked at");
        ImageSet images = open(ImagePart.ALL);
        assertEquals(List.of("a-text.jpg", "cut.png", "empty.png", "good.png"), names(images));
        for (int index = 0; index < 3; index++) {
            int bad = index;
            String message = assertThrows(InvalidInputException.class, () -> images.image(bad))
                    .getMessage();
            assertTrue(message.startsWith(images.name(bad)), message);
        }
        assertEquals(10, images.image(3).rgb()[0]);
    }

    @Test
    void partsAreSubFoldersAndShareTheClasses() throws IOException {
        png("train/a/1.png", 10);
        png("train/b/2.png", 20);
        png("val/b/3.png", 30);
        assertEquals(2, open(ImagePart.TRAIN).size());
        ImageSet test = open(ImagePart.TEST);
        assertEquals(List.of("a", "b"), test.classNames());
        assertEquals(labelled(1), labels(test));
        png("val/c/4.png", 30);
        String message = assertThrows(InvalidInputException.class, () -> open(ImagePart.TEST))
                .getMessage();
        assertTrue(message.contains("has the class c"), message);
    }

    @Test
    void allOfADividedFolderIsBothParts() throws IOException {
        png("train/2/1.png", 10);
        png("train/10/2.png", 20);
        png("test/10/3.png", 30);
        ImageSet all = open(ImagePart.ALL);
        assertEquals(List.of("train/2/1.png", "train/10/2.png", "test/10/3.png"), names(all));
        assertEquals(List.of("2", "10"), all.classNames());
        assertEquals(labelled(0, 1, 1), labels(all));
        assertEquals(30, all.image(2).rgb()[0]);
    }

    @Test
    void aFolderWithoutATestPartHasNone() throws IOException {
        png("a/1.png", 10);
        assertTrue(find(ImagePart.TEST).isEmpty());
        png("train/a/1.png", 10);
        assertTrue(find(ImagePart.TEST).isEmpty());
        assertEquals(1, open(ImagePart.ALL).size());
    }

    @Test
    void aClassMayBeCalledTrain() throws IOException {
        png("train/1.png", 10);
        png("bus/2.png", 20);
        assertEquals(List.of("bus", "train"), open(ImagePart.TRAIN).classNames());
        assertTrue(find(ImagePart.TEST).isEmpty());
    }

    @Test
    void ofEveryClassThereMustBeAPictureToLearnFrom() throws IOException {
        png("a/1.png", 10);
        Files.createDirectory(folder.resolve("b"));
        refused(ImagePart.TRAIN, "has no PNG, JPEG or WebP file of class b");
        assertEquals(List.of("a"), open(ImagePart.ALL).classNames(), "to measure, an empty folder does no harm");
        Files.delete(folder.resolve("a/1.png"));
        refused(ImagePart.TRAIN, "has no PNG, JPEG or WebP file in it");
        refused(ImagePart.ALL, "has no PNG, JPEG or WebP file in it");
    }

    @Test
    void theFingerprintIsOfNamesLengthsAndClasses() throws IOException {
        Path file = png("a/1.png", 10);
        String first = open(ImagePart.TRAIN).fingerprint();
        assertEquals(64, first.length());
        Files.move(file, folder.resolve("a/2.png"));
        assertNotEquals(first, open(ImagePart.TRAIN).fingerprint());
        Files.move(folder.resolve("a/2.png"), file);
        assertEquals(first, open(ImagePart.TRAIN).fingerprint());
        Images.png(file, 21, 21, 10);
        assertNotEquals(first, open(ImagePart.TRAIN).fingerprint());
    }

    @Test
    void whatIsNoFolderOfPicturesIsRefused() throws IOException {
        refused(ImagePart.TRAIN, "has no PNG, JPEG or WebP file in it");
        Path missing = folder.resolve("missing");
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> new FolderImageSetProvider().open(missing, ImagePart.TRAIN, notes::add))
                .getMessage();
        assertEquals(missing + ": no such file or folder", message);
    }

    private Path png(String name, int grey) throws IOException {
        return Images.png(folder.resolve(name), 20, 20, grey);
    }

    private Optional<ImageSet> find(ImagePart part) {
        return new FolderImageSetProvider().open(folder, part, notes::add);
    }

    private ImageSet open(ImagePart part) {
        return find(part).orElseThrow();
    }

    private void refused(ImagePart part, String words) {
        String message =
                assertThrows(InvalidInputException.class, () -> open(part)).getMessage();
        assertTrue(message.contains(words), message);
    }

    private List<String> names(ImageSet images) {
        return IntStream.range(0, images.size())
                .mapToObj(
                        index -> folder.relativize(Path.of(images.name(index))).toString())
                .toList();
    }

    private static List<OptionalInt> labels(ImageSet images) {
        return IntStream.range(0, images.size()).mapToObj(images::label).toList();
    }

    private static List<OptionalInt> labelled(int... labels) {
        return IntStream.of(labels).mapToObj(OptionalInt::of).toList();
    }
}
