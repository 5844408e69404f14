package org.nextscale.evaluation.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.evaluation.Pictures;
import org.nextscale.files.numpy.NpzWriter;
import org.nextscale.image.ProvenanceText;

/** Which images of a set are measured, in what size, and which class each counts as. */
class SetImagesTest {
    @TempDir
    Path folder;

    @Test
    void theClassIsThatOfTheFolderWithItsName() {
        RgbImage dog = picture("dog/deep/a.png", 1);
        RgbImage cat = picture("cat/b.PNG", 2);
        ImageSource source = Pictures.open(folder);
        assertEquals(2, source.most());
        assertEquals(OptionalInt.of(8), source.side());
        assertEquals(folder.toString(), source.description());
        Pictures.Taken taken = Pictures.take(source);
        assertArrayEquals(cat.rgb(), taken.images().get(0).image().rgb());
        assertArrayEquals(dog.rgb(), taken.images().get(1).image().rgb());
        assertEquals(List.of(OptionalInt.of(0), OptionalInt.of(1)), labels(taken));
        assertEquals(List.of(Optional.of("cat"), Optional.of("dog")), classNames(taken));
        assertEquals(List.of(), taken.skipped());
    }

    @Test
    void aFolderThatIsCalledByANumberIsThatClass() {
        picture("7/a.png", 1);
        picture("11/b.png", 2);
        picture("c.png", 3);
        Pictures.Taken taken = Pictures.take(Pictures.open(folder));
        assertEquals(List.of(OptionalInt.of(7), OptionalInt.of(11), OptionalInt.empty()), labels(taken));
        assertEquals(List.of(Optional.of("7"), Optional.of("11"), Optional.empty()), classNames(taken));
    }

    /** One rule with training: where not all names are numbers, they are names. */
    @Test
    void aNumberAmongNamesIsAName() {
        picture("7/a.png", 1);
        picture("cat/b.png", 2);
        Pictures.Taken taken = Pictures.take(Pictures.open(folder));
        assertEquals(List.of(OptionalInt.of(0), OptionalInt.of(1)), labels(taken));
        assertEquals(List.of(Optional.of("7"), Optional.of("cat")), classNames(taken));
    }

    @Test
    void whatAnImageWasMadeAsComesFirst() {
        made("11/a.png", made(Condition.ofClass(4), Optional.of("goldfish")));
        made("11/b.png", made(Condition.ofClass(5), Optional.empty()));
        made("11/c.png", made(Condition.NONE, Optional.empty()));
        made("d.png", made(Condition.NONE, Optional.empty()));
        Pictures.Taken taken = Pictures.take(Pictures.open(folder));
        assertEquals(
                List.of(OptionalInt.of(4), OptionalInt.of(5), OptionalInt.of(11), OptionalInt.empty()), labels(taken));
        assertEquals(
                List.of(Optional.of("goldfish"), Optional.empty(), Optional.of("11"), Optional.empty()),
                classNames(taken));
    }

    @Test
    void filesThatShowSeveralImagesAreSkipped() {
        Provenance one = made(Condition.ofClass(1), Optional.empty());
        made("grid.png", Provenance.joined(List.of(one, one)).withGrid(2));
        made("scales.png", one.withScales());
        made("single.png", one);
        Pictures.Taken taken = Pictures.take(Pictures.open(folder));
        assertEquals(1, taken.images().size());
        assertEquals(
                List.of(
                        folder.resolve("grid.png") + " shows several images side by side",
                        folder.resolve("scales.png") + " shows several images side by side"),
                taken.skipped());
    }

    @Test
    void picturesAreCroppedAndResizedToTheSizeWanted() {
        Pictures.write(folder.resolve("a.png"), new RgbImage(30, 20, new byte[1800]), Map.of());
        Pictures.write(folder.resolve("b.png"), Pictures.of(8, 0, 2), Map.of());
        ImageSource wanted = SetImages.of(Pictures.set(folder), OptionalInt.of(16));
        assertEquals(OptionalInt.of(16), wanted.side());
        for (LabelledImage each : Pictures.take(wanted).images()) {
            assertEquals(16, each.image().width());
            assertEquals(16, each.image().height());
        }
        ImageSource asTheFirst = Pictures.open(folder);
        assertEquals(OptionalInt.of(20), asTheFirst.side());
        assertEquals(20, Pictures.take(asTheFirst).images().get(1).image().width());
    }

    @Test
    void smallImagesOfOneSizeGetABlackBorder() throws IOException {
        ImageSource wanted = SetImages.of(Pictures.set(npz(2, 2, 2)), OptionalInt.of(3));
        byte[] rgb = Pictures.take(wanted).images().get(1).image().rgb();
        byte[] expected = new byte[27];
        for (int i = 0; i < 12; i++) {
            expected[i / 6 * 9 + i % 6] = (byte) (12 + i);
        }
        assertArrayEquals(expected, rgb, "one row and column below and right");
    }

    @Test
    void smallImagesOfOneSizeAreNotResized() throws IOException {
        ImageSource asTheyAre = Pictures.open(npz(2, 2, 4));
        assertEquals(OptionalInt.empty(), asTheyAre.side(), "they are not square");
        assertEquals(4, Pictures.take(asTheyAre).images().get(0).image().width());
        assertEquals(OptionalInt.of(2), Pictures.open(npz(2, 2, 2)).side());
        for (int side : new int[] {0, 1, 7}) {
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> SetImages.of(Pictures.set(npz(2, 2, 2)), OptionalInt.of(side)))
                    .getMessage();
            assertTrue(message.contains("holds images of 2 x 2 pixels"), message);
        }
    }

    @Test
    void whatIsNoImageIsSkippedAndNamed() throws IOException {
        Path good = Pictures.write(folder.resolve("good.png"), Pictures.of(16, 0, 1), Map.of());
        byte[] bytes = Files.readAllBytes(good);
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.writeString(folder.resolve("a-text.jpg"), "hello");
        Files.createFile(folder.resolve("empty.png"));
        Pictures.Taken taken = Pictures.take(Pictures.open(folder));
        assertEquals(1, taken.images().size());
        assertEquals(3, taken.skipped().size(), taken.skipped()::toString);
        for (String name : List.of("a-text.jpg", "cut.png", "empty.png")) {
            assertTrue(taken.skipped().stream().anyMatch(line -> line.contains(name)), taken.skipped()::toString);
        }
    }

    @Test
    void aSetWithoutAnImageIsRefused() throws IOException {
        Files.writeString(folder.resolve("broken.png"), "x");
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Pictures.open(folder));
        assertTrue(e.getMessage().contains("none of the 1 images"), e.getMessage());
        assertTrue(e.getMessage().contains("broken.png"), e.getMessage());
    }

    @Test
    void aDamagedStreamHasNoNextImage() throws IOException {
        Path file = npz(2, 2, 2);
        byte[] bytes = Files.readAllBytes(file);
        int directory = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("PK\1\2");
        bytes[directory + 16] ^= 1;
        Files.write(file, bytes);
        InvalidInputException e = assertThrows(InvalidInputException.class, () -> Pictures.take(Pictures.open(file)));
        assertTrue(e.getMessage().contains("check sum"), e.getMessage());
    }

    /** Memory is not the picture's fault: it is not left out, and who looks for the picture finds its name. */
    @Test
    void memoryThatDoesNotSufficeIsNoDamage() {
        picture("a.png", 1);
        ImageSet set = Pictures.set(folder);
        ImageSet large = (ImageSet) Proxy.newProxyInstance(
                ImageSet.class.getClassLoader(), new Class<?>[] {ImageSet.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("image")) {
                        throw new OutOfMemoryError("Java heap space");
                    }
                    return method.invoke(set, arguments);
                });
        Pictures.Taken taken = new Pictures.Taken(new ArrayList<>(), new ArrayList<>());
        OutOfMemoryError e = assertThrows(
                OutOfMemoryError.class,
                () -> SetImages.of(large, OptionalInt.empty()).read(taken, Cancellation.NEVER));
        assertEquals("Java heap space, for " + folder.resolve("a.png"), e.getMessage());
        assertEquals(List.of(), taken.skipped());
    }

    /** What is left out of the set's labels is left out here. */
    @Test
    void labelsThatAreNoneAreUnknown() throws IOException {
        Path file = folder.resolve("images.npz");
        try (NpzWriter npz = new NpzWriter(Files.newOutputStream(file))) {
            npz.bytes("arr_0", new ByteArrayInputStream(new byte[36]), 3, 2, 2, 3);
            npz.integers("arr_1", new int[] {4, -1, 1_000_000});
        }
        assertEquals(
                List.of(OptionalInt.of(4), OptionalInt.empty(), OptionalInt.of(1_000_000)),
                labels(Pictures.take(Pictures.open(file))));
    }

    @Test
    void readingCanBeCancelled() {
        picture("a.png", 1);
        Pictures.Taken taken = new Pictures.Taken(new ArrayList<>(), new ArrayList<>());
        assertThrows(CancellationException.class, () -> Pictures.open(folder).read(taken, () -> true));
        assertEquals(List.of(), taken.images());
    }

    private RgbImage picture(String name, int seed) {
        RgbImage image = Pictures.of(8, 0, seed);
        Pictures.write(folder.resolve(name), image, Map.of());
        return image;
    }

    private void made(String name, Provenance provenance) {
        Pictures.write(folder.resolve(name), Pictures.of(8, 0, 1), ProvenanceText.texts(provenance));
    }

    private static Provenance made(Condition condition, Optional<String> className) {
        return Provenance.builder("Nextscale").image(0, condition, className).build();
    }

    /** Images whose bytes count upwards. */
    private Path npz(int images, int height, int width) throws IOException {
        byte[] bytes = new byte[images * height * width * 3];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Path file = folder.resolve("images.npz");
        try (NpzWriter npz = new NpzWriter(Files.newOutputStream(file))) {
            npz.bytes("arr_0", new ByteArrayInputStream(bytes), images, height, width, 3);
        }
        return file;
    }

    private static List<OptionalInt> labels(Pictures.Taken taken) {
        return taken.images().stream().map(LabelledImage::label).toList();
    }

    private static List<Optional<String>> classNames(Pictures.Taken taken) {
        return taken.images().stream().map(LabelledImage::className).toList();
    }
}
