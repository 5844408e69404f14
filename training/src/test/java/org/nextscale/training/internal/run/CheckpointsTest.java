package org.nextscale.training.internal.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.files.Sha256;
import org.nextscale.training.internal.SmallDisk;

class CheckpointsTest {
    @TempDir
    Path folder;

    private final List<String> notes = new ArrayList<>();

    private Checkpoints checkpoints(int keep) {
        return new Checkpoints(folder, keep, notes::add);
    }

    /** A checkpoint whose every value is its step. */
    private static List<NamedTensor> tensors(long step, int elements) {
        float[] values = new float[elements];
        Arrays.fill(values, step);
        return List.of(
                tensor("model.w", FloatBuffer.wrap(values), elements / 2, 2),
                tensor("scalar", FloatBuffer.wrap(new float[] {step + 0.5f})));
    }

    private static NamedTensor tensor(String name, FloatBuffer values, long... shape) {
        return new NamedTensor(
                name,
                LongStream.of(shape).boxed().toList(),
                (first, target) ->
                        target.put(values.slice(values.position() + Math.toIntExact(first), target.remaining())));
    }

    private static void requireWhole(SavedCheckpoint checkpoint, int elements) {
        try (Checkpoint file = checkpoint.open()) {
            FloatBuffer values = FloatBuffer.allocate(elements);
            file.tensors().read("model.w", 0, values);
            for (float value : values.array()) {
                assertEquals(checkpoint.step(), value);
            }
        }
    }

    @Test
    void tensorsOfAnyMemoryAndStateComeBack() throws IOException {
        int large = 3_000_001;
        FloatBuffer direct = ByteBuffer.allocateDirect(4 * large + 8)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
        for (int i = 0; i < large; i++) {
            direct.put(2 + i, i);
        }
        direct.position(2);
        List<NamedTensor> tensors = List.of(
                tensor("large", direct, large),
                tensor("nan", FloatBuffer.wrap(new float[] {Float.NaN, -0f}), 2),
                tensor("empty", FloatBuffer.allocate(0), 0, 3));
        Path path = checkpoints(2).save(12, tensors, Map.of("average", "0.1", "text", "a\nb"));
        assertEquals(folder.resolve("step-00000012.safetensors"), path);
        SavedCheckpoint found = checkpoints(2).latest().orElseThrow();
        assertEquals(12, found.step());
        assertEquals(path, found.path());
        assertEquals(Map.of("average", "0.1", "text", "a\nb"), found.state());
        try (Checkpoint file = found.open()) {
            FloatBuffer values = FloatBuffer.allocate(large);
            file.tensors().read("large", 0, values);
            for (int i = 0; i < large; i++) {
                assertEquals(i, values.get(i));
            }
            float[] special = file.tensors().read("nan", 2);
            assertArrayEquals(new float[] {Float.NaN, -0f}, special);
        }
        assertEquals(
                Sha256.ofFile(path) + "  step-00000012.safetensors\n",
                Files.readString(folder.resolve("step-00000012.sha256")));
    }

    @Test
    void thereIsNoneToBeginWith() {
        assertTrue(checkpoints(2).latest().isEmpty());
        assertTrue(
                new Checkpoints(folder.resolve("none"), 2, notes::add).latest().isEmpty());
    }

    @Test
    void theNewestStay() throws IOException {
        Checkpoints checkpoints = checkpoints(2);
        for (long step : new long[] {5, 10, 15}) {
            checkpoints.save(step, tensors(step, 4), Map.of());
        }
        for (long step : new long[] {20, 25, 100_000_000}) {
            checkpoints.save(step, tensors(step, 4), Map.of());
        }
        assertEquals(
                List.of(
                        "step-00000025.safetensors",
                        "step-00000025.sha256",
                        "step-100000000.safetensors",
                        "step-100000000.sha256"),
                names());
        assertEquals(100_000_000, checkpoints(2).latest().orElseThrow().step());
    }

    @Test
    void aStepWrittenAgainReplacesItself() throws IOException {
        checkpoints(2).save(5, tensors(4, 4), Map.of());
        checkpoints(2).save(5, tensors(5, 4), Map.of("a", "b"));
        SavedCheckpoint found = checkpoints(2).latest().orElseThrow();
        requireWhole(found, 4);
        assertEquals(Map.of("a", "b"), found.state());
        assertEquals(
                1, Files.readAllLines(folder.resolve("step-00000005.sha256")).size());
        assertEquals(List.of(), notes);
    }

    /** Killed after the second checksum was written and before the tensors were moved over the first ones. */
    @Test
    void whileAStepIsWrittenAgainTheFirstOneIsWhole() throws IOException {
        checkpoints(2).save(5, tensors(5, 4), Map.of());
        Path sum = folder.resolve("step-00000005.sha256");
        Files.writeString(sum, "0123  step-00000005.safetensors\n" + Files.readString(sum));
        assertEquals(5, checkpoints(2).latest().orElseThrow().step());
        assertEquals(List.of(), notes);
    }

    @Test
    void leftoversOfAKilledProcessDoNoHarmAndAreRemoved() throws IOException {
        checkpoints(2).save(5, tensors(5, 4), Map.of());
        byte[] whole = Files.readAllBytes(folder.resolve("step-00000005.safetensors"));
        Files.write(folder.resolve(".nextscale-1-7.tmp"), whole);
        Files.write(folder.resolve(".nextscale-1-8.tmp"), Arrays.copyOf(whole, 40));
        Files.writeString(folder.resolve("step-00000010.sha256"), "00  step-00000010.safetensors\n");
        assertEquals(5, checkpoints(2).latest().orElseThrow().step());
        checkpoints(2).save(10, tensors(10, 4), Map.of());
        assertEquals(10, checkpoints(2).latest().orElseThrow().step());
        assertEquals(4, names().size(), names().toString());
        assertEquals(List.of(), notes);
    }

    @Test
    void ofADamagedNewestOneThePreviousIsTaken() throws IOException {
        for (int damage = 0; damage < 4; damage++) {
            checkpoints(3).save(5, tensors(5, 4), Map.of());
            Path newest = checkpoints(3).save(10, tensors(10, 4), Map.of());
            byte[] whole = Files.readAllBytes(newest);
            switch (damage) {
                case 0 -> Files.write(newest, Arrays.copyOf(whole, whole.length - 1));
                case 1 -> Files.write(newest, new byte[0]);
                case 2 -> {
                    whole[whole.length - 3] ^= 1;
                    Files.write(newest, whole);
                }
                default -> Files.delete(folder.resolve("step-00000010.sha256"));
            }
            notes.clear();
            SavedCheckpoint found = checkpoints(3).latest().orElseThrow();
            assertEquals(5, found.step());
            requireWhole(found, 4);
            assertEquals(1, notes.size());
            assertTrue(notes.get(0).contains("step-00000010.safetensors is damaged and left aside"), notes.get(0));
            assertTrue(Files.exists(folder.resolve("step-00000010.safetensors.damaged")));
        }
    }

    @Test
    void whenAllAreDamagedTheRunCannotGoOn() throws IOException {
        Files.write(checkpoints(3).save(5, tensors(5, 4), Map.of()), new byte[3]);
        assertTrue(assertThrows(TrainingException.class, () -> checkpoints(3).latest())
                .getMessage()
                .contains("every checkpoint in " + folder + " is damaged"));
    }

    @Test
    void onAFullDiskTheLastGoodOneIsNamedAndNothingIsLeft() throws IOException {
        try (SmallDisk disk = SmallDisk.of(300_000)) {
            Checkpoints checkpoints = new Checkpoints(disk.folder(), 2, notes::add);
            TrainingException first =
                    assertThrows(TrainingException.class, () -> checkpoints.save(1, tensors(1, 100_000), Map.of()));
            assertTrue(first.getMessage().contains("there is none yet"), first.getMessage());
            assertEquals(List.of(), disk.names());

            checkpoints.save(5, tensors(5, 40_000), Map.of());
            TrainingException full =
                    assertThrows(TrainingException.class, () -> checkpoints.save(10, tensors(10, 40_000), Map.of()));
            assertTrue(
                    full.getMessage().startsWith("the checkpoint of step 10 cannot be written (out of disk space)"),
                    full.getMessage());
            assertTrue(
                    full.getMessage()
                            .contains("the last good one is /run/step-00000005.safetensors; make room and go on"),
                    full.getMessage());
            assertEquals(List.of("step-00000005.safetensors", "step-00000005.sha256"), disk.names());
            assertEquals(5, checkpoints.latest().orElseThrow().step());
            requireWhole(checkpoints.latest().orElseThrow(), 40_000);
        }
    }

    /** Two stay and a third is being written: of 100 KB each there is room for two, of 90 KB for three. */
    @Test
    void aRunThatTheDiskHasNoRoomForIsRefusedBeforeItBegins() throws IOException {
        try (SmallDisk disk = SmallDisk.of(280 << 10)) {
            Checkpoints checkpoints = new Checkpoints(disk.folder(), 2, notes::add);
            checkpoints.requireRoom(90 << 10, 50, 90 << 10);
            checkpoints.requireRoom(100 << 10, 2, 0);
            FileException full =
                    assertThrows(FileException.class, () -> checkpoints.requireRoom(100 << 10, 50, 5 << 20));
            assertEquals(
                    "/run needs 6 MB (checkpoints of 1 MB, 3 more at a time, and in the end a result of 5 MB), the disk has"
                            + " 0 MB left; make room, or choose another folder",
                    full.getMessage());
            assertThrows(FileException.class, () -> checkpoints.requireRoom(100 << 10, 3, 0));
            assertThrows(FileException.class, () -> checkpoints.requireRoom(100 << 10, 1, 200 << 10));

            checkpoints.save(5, tensors(5, 20_000), Map.of());
            checkpoints.save(10, tensors(10, 20_000), Map.of());
            checkpoints.requireRoom(80_000, 50, 80_000);
            assertThrows(FileException.class, () -> checkpoints.requireRoom(80_000, 50, 200_000));
        }
    }

    @Test
    void aFolderThatIsNoneIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("checkpoints"), "");
        Checkpoints checkpoints = new Checkpoints(file, 2, notes::add);
        String said = assertThrows(InvalidInputException.class, checkpoints::requireWritable)
                .getMessage();
        assertEquals(file + " is a file, a folder is needed for the checkpoints; move it away", said);
        Files.delete(file);
        checkpoints.requireWritable();
        assertEquals(List.of("checkpoints"), names());
        try (Stream<Path> left = Files.list(file)) {
            assertEquals(0, left.count());
        }
    }

    @Test
    void aTensorThatCannotBeReadLeavesNothing() throws IOException {
        List<NamedTensor> failing = List.of(new NamedTensor("w", List.of(4L), (first, target) -> {
            throw new IllegalStateException("the device is gone");
        }));
        assertThrows(IllegalStateException.class, () -> checkpoints(2).save(5, failing, Map.of()));
        assertEquals(List.of(), names());
    }

    /** Whatever moment a process is killed at: what it said was written can be read, and is whole. */
    @Test
    void aKilledProcessLosesNothingItHadWritten() throws IOException {
        long reported = 0;
        for (int kill = 0; kill < 6; kill++) {
            try (ChildJvm child = ChildJvm.start(Saver.class, folder.toString(), Long.toString(reported))) {
                for (int i = 0; i <= kill % 3; i++) {
                    reported = Long.parseLong(child.line());
                }
                long until = System.nanoTime() + kill * 3_000_000L;
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
            }
            SavedCheckpoint found = checkpoints(2).latest().orElseThrow();
            assertTrue(found.step() >= reported, found.step() + " after " + reported);
            requireWhole(found, Saver.ELEMENTS);
            reported = found.step();
        }
        assertEquals(List.of(), notes);
    }

    /** Writes one checkpoint after the other. */
    static final class Saver {
        static final int ELEMENTS = 1_000_000;

        private Saver() {}

        public static void main(String[] arguments) {
            Checkpoints checkpoints = new Checkpoints(Path.of(arguments[0]), 2, System.err::println);
            for (long step = Long.parseLong(arguments[1]) + 1; ; step++) {
                checkpoints.save(step, tensors(step, ELEMENTS), Map.of());
                System.out.println(step);
            }
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(each -> each.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void atLeastOneIsKept() {
        assertThrows(IllegalArgumentException.class, () -> checkpoints(0));
    }
}
