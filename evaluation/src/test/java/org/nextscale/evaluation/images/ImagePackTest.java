package org.nextscale.evaluation.images;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.CancellationToken;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.evaluation.Pictures;
import org.nextscale.files.WholeFile;

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
                Pictures.open(pictures), file, true, (what, done, most) -> progress.add(done), Cancellation.NEVER);
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
                        Pictures.open(pictures),
                        file,
                        false,
                        (what, done, most) -> cancellation.cancel(),
                        cancellation));
        assertEquals("an earlier one", Files.readString(file));
        assertEquals(List.of("pack.npz", "pictures"), files());
        assertThrows(
                InvalidInputException.class,
                () -> ImagePack.write(
                        Pictures.open(pictures),
                        folder.resolve("no/such/folder.npz"),
                        false,
                        ProgressListener.NONE,
                        Cancellation.NEVER));
    }

    @Test
    void isNotWrittenWithImagesMissingUnlessThatIsWanted() throws IOException {
        Path pictures = Pictures.folder(folder.resolve("pictures"), 9, 4, 1);
        Files.writeString(pictures.resolve("1-green/bad.png"), "no image");
        Files.writeString(pictures.resolve("2-blue/worse.png"), "");
        Path file = folder.resolve("pack.npz");
        String message = assertThrows(InvalidInputException.class, () -> write(pictures, file))
                .getMessage();
        assertTrue(message.startsWith("2 of the 14 images in " + pictures + " cannot be used, the first: "), message);
        assertTrue(message.contains("bad.png is no PNG") && message.endsWith("(--leave-out)"), message);
        assertEquals(List.of("pictures"), files());
    }

    @Test
    void ofAFullDiskTheFileIsNamed() throws IOException {
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "there is no /dev/full here");
        Path pictures = Pictures.folder(folder.resolve("pictures"), 100, 2, 1);
        Path file = folder.resolve("pack.npz");
        String next = WholeFile.beside(file).getFileName().toString();
        int number = Integer.parseInt(next.replaceAll(".*-|\\.tmp", ""));
        // What is written on the way goes where there is no room.
        Files.createSymbolicLink(folder.resolve(next.replace("-" + number + ".", "-" + (number + 1) + ".")), full);
        String message =
                assertThrows(FileException.class, () -> write(pictures, file)).getMessage();
        assertEquals(file + ": cannot be written: No space left on device", message);
        assertEquals(List.of("pictures"), files());
    }

    private static void write(Path pictures, Path file) {
        ImagePack.write(Pictures.open(pictures), file, false, ProgressListener.NONE, Cancellation.NEVER);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
