package org.nextscale.training.internal.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.training.internal.SmallDisk;

class CurvesTest {
    private static final List<String> COLUMNS = List.of("loss", "accuracy");

    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private Curves open(long done) {
        return Curves.open(folder, COLUMNS, done, notes::add);
    }

    private List<String> table() throws IOException {
        return Files.readAllLines(folder.resolve("curves.csv"));
    }

    @Test
    void everyStepIsARow() throws IOException {
        try (Curves curves = open(0)) {
            curves.add(1, Map.of("loss", 8.25, "accuracy", 0.5));
            curves.add(2, Map.of("loss", 1e-4));
            assertEquals(List.of("step,loss,accuracy", "1,8.25,0.5", "2,1.0E-4,"), table(), "at once, not in the end");
            assertThrows(IllegalArgumentException.class, () -> curves.add(3, Map.of("los", 1.0)));
        }
        assertThrows(IllegalArgumentException.class, () -> Curves.open(folder, List.of("a,b"), 0, notes::add));
    }

    @Test
    void resumingDropsWhatCameAfterTheCheckpoint() throws IOException {
        try (Curves curves = open(0)) {
            for (long step = 1; step <= 9; step++) {
                curves.add(step, Map.of("loss", (double) step, "accuracy", 0.0));
            }
        }
        // Killed in the middle of a line.
        Files.writeString(folder.resolve("curves.csv"), "10,1", StandardOpenOption.APPEND);
        try (Curves curves = open(6)) {
            curves.add(7, Map.of("loss", 70.0));
        }
        List<String> rows = table();
        assertEquals(8, rows.size());
        assertEquals("6,6.0,0.0", rows.get(6));
        assertEquals("7,70.0,", rows.get(7));
        assertEquals(2, eventFiles().size(), "TensorBoard gets a new file");
    }

    @Test
    void aTableOfOtherColumnsIsKeptAside() throws IOException {
        Files.writeString(folder.resolve("curves.csv"), "step,other\n1,2\n");
        open(3).close();
        assertEquals(List.of("step,loss,accuracy"), table());
        assertEquals("step,other\n1,2\n", Files.readString(folder.resolve("curves.csv.before-step-3")));
    }

    @Test
    void tensorBoardReadsTheSameNumbers() throws IOException {
        double before = System.currentTimeMillis() / 1000.0;
        try (Curves curves = open(41)) {
            curves.add(42, Map.of("loss", 8.3));
            curves.add(3_000_000_000L, Map.of("accuracy", Double.NaN));
        }
        List<Path> files = eventFiles();
        assertEquals(1, files.size());
        assertTrue(files.get(0).getFileName().toString().matches("events\\.out\\.tfevents\\.[0-9]{10}\\..+"));
        List<EventDecoder.Event> events = EventDecoder.read(files.get(0));
        assertEquals(4, events.size());
        assertEquals("brain.Event:2", events.get(0).version());
        assertEquals(1, events.get(1).session(), "SessionLog.START");
        assertEquals(42, events.get(1).step(), "what earlier files have from here on is void");
        assertNull(events.get(2).version());
        assertEquals(42, events.get(2).step());
        assertEquals(Map.of("loss", 8.3f), events.get(2).values());
        assertEquals(3_000_000_000L, events.get(3).step());
        assertEquals(Map.of("accuracy", Float.NaN), events.get(3).values());
        for (EventDecoder.Event each : events) {
            assertEquals(before, each.time(), 60);
        }
    }

    @Test
    void theCurvesAreDrawn() throws IOException {
        try (Curves curves = open(0)) {
            curves.draw();
            assertFalse(Files.exists(folder.resolve("curves.png")), "nothing to draw yet");
            Random random = new Random(1);
            for (long step = 1; step <= 6000; step++) {
                double loss = 3 + 5.3 * Math.exp(-step / 900.0) + 0.2 * random.nextGaussian();
                curves.add(
                        step,
                        step == 17
                                ? Map.of("loss", Double.NaN)
                                : step % 100 == 0
                                        ? Map.of("loss", loss, "accuracy", step / 6000.0)
                                        : Map.of("loss", loss));
            }
            curves.draw();
        }
        assertEquals(List.of(), notes);
        BufferedImage picture = ImageIO.read(folder.resolve("curves.png").toFile());
        assertEquals(1200, picture.getWidth());
        assertEquals(820, picture.getHeight());
        assertNotEquals(0, coloured(picture, 0, 520), "the loss is to be seen");
        assertNotEquals(0, coloured(picture, 520, 820), "and so is the accuracy");
    }

    /** Pixels in the colour of the smoothed line. */
    private static long coloured(BufferedImage picture, int top, int bottom) {
        long count = 0;
        for (int y = top; y < bottom; y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                count += (picture.getRGB(x, y) & 0xffffff) == 0x1f5fa8 ? 1 : 0;
            }
        }
        return count;
    }

    @Test
    void oneValueOrNegativeOnesCanBeDrawnToo() throws IOException {
        try (Curves curves = open(0)) {
            curves.add(1, Map.of("loss", 1.0));
            curves.draw();
            curves.add(2, Map.of("loss", -1.0, "accuracy", 0.0));
            curves.draw();
        }
        assertEquals(List.of(), notes);
        assertTrue(Files.exists(folder.resolve("curves.png")));
    }

    @Test
    void aFullDiskDoesNotStopTheRun() throws IOException {
        try (SmallDisk disk = SmallDisk.of(20_000)) {
            try (Curves curves = Curves.open(disk.folder(), COLUMNS, 0, notes::add)) {
                for (long step = 1; step < 3000; step++) {
                    curves.add(step, Map.of("loss", 1.0 / step, "accuracy", 1.0 / step));
                }
                curves.draw();
            }
        }
        assertEquals(2, notes.size(), notes.toString());
        assertTrue(notes.toString().contains("curves.csv cannot be written, the run goes on without it"));
        assertTrue(notes.toString().contains("TensorBoard cannot be written, the run goes on without it"));
    }

    @Test
    void norDoesAFolderThatIsGone() {
        try (Curves curves = Curves.open(folder.resolve("gone"), COLUMNS, 0, notes::add)) {
            curves.add(1, Map.of("loss", 1.0));
            curves.draw();
        }
        assertEquals(2, notes.size(), notes.toString());
    }

    private List<Path> eventFiles() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(each -> each.getFileName().toString().startsWith("events."))
                    .toList();
        }
    }
}
