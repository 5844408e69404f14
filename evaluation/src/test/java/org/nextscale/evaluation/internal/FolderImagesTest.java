package org.nextscale.evaluation.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.engine.image.ProvenanceText;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.evaluation.ImageSource;
import org.nextscale.evaluation.Pictures;

class FolderImagesTest {
    @TempDir
    Path folder;

    @Test
    void readsPixelsAsTheyAreAndClassesFromFolders() {
        RgbImage dog = Pictures.of(12, 0, 1);
        RgbImage cat = Pictures.of(12, 1, 2);
        Pictures.write(folder.resolve("dog/deep/a.png"), dog, Map.of());
        Pictures.write(folder.resolve("cat/b.PNG"), cat, Map.of());
        ImageSource source = FolderImages.open(folder, OptionalInt.empty());
        assertEquals(2, source.most());
        assertEquals(OptionalInt.of(12), source.side());
        Pictures.Taken taken = Pictures.take(source);
        assertArrayEquals(cat.rgb(), taken.images().get(0).image().rgb());
        assertArrayEquals(dog.rgb(), taken.images().get(1).image().rgb());
        assertEquals(List.of(OptionalInt.of(0), OptionalInt.of(1)), labels(taken));
        assertEquals(List.of(), taken.skipped());
    }

    @Test
    void takesNumbersAndStoredClassesForWhatTheyAre() {
        Pictures.write(folder.resolve("7/a.png"), Pictures.of(8, 0, 1), Map.of());
        Pictures.write(folder.resolve("11/b.png"), Pictures.of(8, 0, 2), ProvenanceText.texts(Map.of("class", "4")));
        Pictures.write(folder.resolve("c.png"), Pictures.of(8, 0, 3), Map.of());
        Pictures.write(folder.resolve("d.png"), Pictures.of(8, 0, 3), ProvenanceText.texts(Map.of("class", "-1")));
        assertEquals(
                List.of(OptionalInt.of(4), OptionalInt.of(7), OptionalInt.empty(), OptionalInt.empty()),
                labels(Pictures.take(FolderImages.open(folder, OptionalInt.empty()))));
    }

    @Test
    void cropsAndResizesToTheSizeWanted() {
        Pictures.write(folder.resolve("a.png"), new RgbImage(30, 20, new byte[1800]), Map.of());
        Pictures.write(folder.resolve("b.png"), Pictures.of(8, 0, 2), Map.of());
        List<Integer> sides = Pictures.take(FolderImages.open(folder, OptionalInt.of(16))).images().stream()
                .map(each -> each.image().width() * each.image().height())
                .toList();
        assertEquals(List.of(256, 256), sides);
        assertEquals(
                OptionalInt.of(20),
                FolderImages.open(folder, OptionalInt.empty()).side());
    }

    @Test
    void skipsAndNamesWhatIsNoImage() throws IOException {
        Path good = Pictures.write(folder.resolve("good.png"), Pictures.of(16, 0, 1), Map.of());
        byte[] bytes = Files.readAllBytes(good);
        Files.write(folder.resolve("cut.png"), Arrays.copyOf(bytes, bytes.length / 2));
        Files.writeString(folder.resolve("a-text.jpg"), "hello");
        Files.createFile(folder.resolve("empty.png"));
        Files.writeString(folder.resolve("notes.txt"), "not looked at");
        Pictures.write(
                folder.resolve("grid.png"),
                Pictures.of(16, 0, 1),
                ProvenanceText.texts(Map.of("grid", "2", "class", "1,2")));
        Pictures.Taken taken = Pictures.take(FolderImages.open(folder, OptionalInt.empty()));
        assertEquals(1, taken.images().size());
        assertEquals(4, taken.skipped().size(), taken.skipped()::toString);
        for (String name : List.of("a-text.jpg", "cut.png", "empty.png", "grid.png")) {
            assertTrue(taken.skipped().stream().anyMatch(line -> line.contains(name)), taken.skipped()::toString);
        }
    }

    @Test
    void saysThatThereIsNothing() throws IOException {
        assertThrows(InvalidInputException.class, () -> FolderImages.open(folder, OptionalInt.empty()));
        Files.writeString(folder.resolve("broken.png"), "x");
        InvalidInputException e =
                assertThrows(InvalidInputException.class, () -> FolderImages.open(folder, OptionalInt.empty()));
        assertTrue(e.getMessage().contains("broken.png"), e.getMessage());
    }

    private static List<OptionalInt> labels(Pictures.Taken taken) {
        return taken.images().stream().map(image -> image.label()).toList();
    }
}
