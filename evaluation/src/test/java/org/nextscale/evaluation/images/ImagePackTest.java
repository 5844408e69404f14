package org.nextscale.evaluation.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.evaluation.Pictures;

class ImagePackTest {
    @TempDir
    Path folder;

    @Test
    void packsImagesAndClassesAndReadsThemBack() throws IOException {
        Path pictures = Pictures.folder(folder.resolve("pictures"), 9, 4, 1);
        Files.writeString(pictures.resolve("1-green/bad.png"), "no image");
        Path file = folder.resolve("pack.npz");
        List<Long> progress = new ArrayList<>();
        ImagePack pack = ImagePack.write(
                Pictures.open(pictures), file, (what, done, most) -> progress.add(done), Cancellation.NEVER);
        assertEquals(12, pack.images());
        assertEquals(1, pack.skipped().count());
        assertTrue(pack.skipped().lines().get(0).contains("bad.png"));
        assertEquals(12, progress.size());
        ImageSource again = SetImages.of(Pictures.set(file), OptionalInt.of(9));
        assertEquals(12, again.most());
        List<LabelledImage> wanted = Pictures.take(Pictures.open(pictures)).images();
        List<LabelledImage> found = Pictures.take(again).images();
        for (int i = 0; i < 12; i++) {
            assertArrayEquals(wanted.get(i).image().rgb(), found.get(i).image().rgb());
            assertEquals(OptionalInt.of(i / 4), found.get(i).label());
            assertEquals(wanted.get(i).label(), found.get(i).label());
        }
        assertEquals(List.of("pack.npz", "pictures"), files());
    }

    @Test
    void leavesNothingOfAPackThatIsNotFinished() throws IOException {
        Path pictures = Pictures.folder(folder.resolve("pictures"), 9, 4, 1);
        Path file = folder.resolve("pack.npz");
        Files.writeString(file, "an earlier one");
        CancellationToken cancellation = new CancellationToken();
        assertThrows(
                CancellationException.class,
                () -> ImagePack.write(
                        Pictures.open(pictures), file, (what, done, most) -> cancellation.cancel(), cancellation));
        assertEquals("an earlier one", Files.readString(file));
        assertEquals(List.of("pack.npz", "pictures"), files());
        assertThrows(
                InvalidInputException.class,
                () -> ImagePack.write(
                        Pictures.open(pictures),
                        folder.resolve("no/such/folder.npz"),
                        ProgressListener.NONE,
                        Cancellation.NEVER));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
