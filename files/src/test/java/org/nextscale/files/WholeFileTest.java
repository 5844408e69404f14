package org.nextscale.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;

class WholeFileTest {
    @TempDir
    Path folder;

    @Test
    void aFileIsReplacedWhole() throws IOException {
        Path file = folder.resolve("a.txt");
        WholeFile.write(file, "first");
        assertEquals("first", Files.readString(file));
        WholeFile.write(file, "second");
        assertEquals("second", Files.readString(file));
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void whatFailsLeavesTheOldFileAndNothingElse() throws IOException {
        Path file = folder.resolve("a.txt");
        WholeFile.write(file, "first");
        FileException failure = assertThrows(
                FileException.class,
                () -> WholeFile.write(file, out -> {
                    out.write(new byte[10_000]);
                    throw new IOException("No space left on device");
                }));
        assertEquals(file + ": cannot be written: No space left on device", failure.getMessage());
        assertEquals("first", Files.readString(file));
        assertEquals(List.of("a.txt"), names());
    }

    @Test
    void aLinkIsFollowedAndStays() throws IOException {
        Path place = Files.createDirectory(folder.resolve("place"));
        Path file = place.resolve("real.txt");
        Path link = Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("place", "real.txt"));
        WholeFile.write(link, "through a link to nothing");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("through a link to nothing", Files.readString(file));
        WholeFile.write(link, "again");
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("again", Files.readString(file));
        assertEquals(List.of("link.txt", "place"), names());
    }

    @Test
    void linksInACircleAreAnError() throws IOException {
        Path a = folder.resolve("a");
        Path b = Files.createSymbolicLink(folder.resolve("b"), a);
        Files.createSymbolicLink(a, b);
        assertThrows(FileException.class, () -> WholeFile.write(a, "x"));
    }

    @Test
    void whatIsNoPlainFileIsWrittenTo() throws IOException {
        Path device = Path.of("/dev/null");
        assumeTrue(Files.isWritable(device), "there is no /dev/null here");
        WholeFile.write(device, "gone");
        assertFalse(Files.isRegularFile(device), "the device was replaced");
        assertTrue(Files.exists(device));
    }

    @Test
    void manyThreadsMayWriteOneFile() throws Exception {
        Path file = folder.resolve("shared.txt");
        CountDownLatch start = new CountDownLatch(1);
        Throwable[] failures = new Throwable[8];
        List<Thread> writers = IntStream.range(0, failures.length)
                .mapToObj(i -> new Thread(() -> {
                    try {
                        start.await();
                        WholeFile.write(file, Integer.toString(i).repeat(100_000));
                    } catch (Exception | AssertionError e) {
                        failures[i] = e;
                    }
                }))
                .toList();
        writers.forEach(Thread::start);
        start.countDown();
        for (Thread each : writers) {
            each.join();
        }
        for (Throwable each : failures) {
            assertEquals(null, each);
        }
        String text = Files.readString(file);
        assertEquals(text.substring(0, 1).repeat(100_000), text);
        assertEquals(List.of("shared.txt"), names());
    }

    @Test
    void aPlaceIsCheckedBeforehand() {
        assertThrows(InvalidInputException.class, () -> WholeFile.requirePlace(folder));
        InvalidInputException absent =
                assertThrows(InvalidInputException.class, () -> WholeFile.requirePlace(folder.resolve("absent/x")));
        assertTrue(absent.getMessage().contains("does not exist"), absent.getMessage());
    }

    @Test
    void aNameMayBeAsLongAsTheFileSystemAllows() throws IOException {
        Path file = folder.resolve("n".repeat(250) + ".txt");
        WholeFile.write(file, "x");
        assertEquals("x", Files.readString(file));
    }

    @Test
    void leftoversAreKnown() {
        assertTrue(WholeFile.isLeftover(WholeFile.beside(folder.resolve("a.txt"))));
        assertFalse(WholeFile.isLeftover(folder.resolve("a.txt")));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }
}
