package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.checkpoint.internal.ArchiveBuilder;
import org.nextscale.checkpoint.internal.PickleBuilder;

/** What PyTorch can write, beyond what the reference vectors hold, and what is refused in words. */
class TorchCheckpointTest {
    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("made.pth");
    }

    /** A state dict of one tensor {@code w} of float32 over storage 0, which counts from 0. */
    private Path single(int storage, long offset, long[] shape, long... strides) {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .text("w")
                .tensor("FloatStorage", "0", storage, offset, shape, strides)
                .op('s');
        return ArchiveBuilder.of(pickle).counting("0", storage).write(file());
    }

    private static float[] read(Path file, String name) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            checkpoint.verify();
            float[] values = new float[(int) checkpoint.tensors().tensor(name).elements()];
            checkpoint.tensors().read(name, 0, FloatBuffer.wrap(values));
            return values;
        }
    }

    private static String refusal(Path file) {
        String message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(file).close())
                .getMessage();
        assertTrue(message.startsWith(file.toString()), message);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void readsContiguousTensorsInsideAStorage() {
        assertArrayEquals(new float[] {3, 4, 5, 6, 7, 8}, read(single(10, 3, new long[] {2, 3}, 3, 1), "w"));
    }

    @Test
    void readsTransposedTensors() {
        assertArrayEquals(new float[] {0, 3, 1, 4, 2, 5}, read(single(6, 0, new long[] {3, 2}, 1, 3), "w"));
    }

    @Test
    void readsChannelsLastConvolutionsAnywhere() {
        Path file = single(2 * 3 * 4 * 5 + 7, 7, new long[] {2, 3, 4, 5}, 60, 1, 15, 3);
        float[] values = read(file, "w");
        for (int o = 0, i = 0; o < 2; o++) {
            for (int c = 0; c < 3; c++) {
                for (int y = 0; y < 4; y++) {
                    for (int x = 0; x < 5; x++, i++) {
                        assertEquals(7 + o * 60 + c + y * 15 + x * 3, values[i]);
                    }
                }
            }
        }
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            FloatBuffer part = FloatBuffer.allocate(50);
            checkpoint.tensors().read("w", 33, part);
            for (int i = 0; i < 50; i++) {
                assertEquals(values[33 + i], part.get(i));
            }
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> checkpoint.tensors().map("w", 0, 4))
                    .getMessage();
            assertTrue(message.contains("w is stored with gaps"), message);
        }
    }

    @Test
    void readsLargeStridedTensorsPieceByPiece() {
        int rows = 300;
        int columns = 700;
        float[] values = read(single(rows * columns, 0, new long[] {columns, rows}, 1, columns), "w");
        for (int i = 0; i < values.length; i++) {
            assertEquals(i % rows * columns + i / rows, values[i]);
        }
    }

    @Test
    void readsExpandedScalarsAndEmptyTensors() {
        assertArrayEquals(new float[] {2, 2, 2, 2}, read(single(4, 2, new long[] {2, 2}, 0, 0), "w"));
        assertArrayEquals(new float[0], read(single(4, 0, new long[] {0, 5}, 5, 1), "w"));
        assertArrayEquals(new float[] {3}, read(single(4, 3, new long[] {}), "w"));
        assertArrayEquals(new float[] {0, 1}, read(single(4, 0, new long[] {1, 2}, 77, 1), "w"));
    }

    @Test
    void tensorsShareStorages() {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .op('(')
                .text("a")
                .tensor("FloatStorage", "0", 6, 0, new long[] {4}, new long[] {1})
                .text("b")
                .tensor("FloatStorage", "0", 6, 2, new long[] {4}, new long[] {1})
                .op('u');
        Path file = ArchiveBuilder.of(pickle).counting("0", 6).write(file());
        assertArrayEquals(new float[] {0, 1, 2, 3}, read(file, "a"));
        assertArrayEquals(new float[] {2, 3, 4, 5}, read(file, "b"));
    }

    @Test
    void otherTypesAreListedAndReadOrRefusedOnlyWhenAskedFor() {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .op('(')
                .text("w")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .text("bytes")
                .tensor("ByteStorage", "1", 3, 0, new long[] {3}, new long[] {1})
                .text("complex")
                .tensor("ComplexFloatStorage", "2", 1, 0, new long[] {1}, new long[] {1})
                .op('u');
        Path file = ArchiveBuilder.of(pickle)
                .counting("0", 2)
                .entry("data/1", new byte[] {1, 2, (byte) 200})
                .entry("data/2", new byte[8])
                .write(file());
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertEquals(1, checkpoint.tensors().weights().size());
            assertEquals(3, checkpoint.tensors().tensors().size());
            assertFalse(checkpoint.tensors().tensor("complex").readable());
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> checkpoint.tensors().weight("bytes"))
                    .getMessage();
            assertTrue(message.contains("bytes is stored as U8"), message);
            message = assertThrows(
                            InvalidInputException.class,
                            () -> checkpoint.tensors().read("complex", 0, FloatBuffer.allocate(1)))
                    .getMessage();
            assertTrue(message.contains("complex is stored as ComplexFloatStorage"), message);
        }
        assertArrayEquals(new float[] {1, 2, 200}, read(file, "bytes"));
    }

    @Test
    void trainersStateBesideTheModelsIsPassedOver() {
        PickleBuilder pickle =
                new PickleBuilder().op('}').op('(').text("trainer").op('}').op('(');
        pickle.text("var_wo_ddp")
                .global("collections", "OrderedDict")
                .op(')')
                .op('R')
                .op('(');
        pickle.text("word_embed.weight").tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1});
        pickle.op('u');
        pickle.text("var_opt")
                .op('}')
                .op('(')
                .text("state")
                .op('}')
                .integer(0)
                .op('}')
                .text("exp_avg");
        pickle.tensor("DoubleStorage", "9", 4, 0, new long[] {4}, new long[] {1});
        pickle.op('s')
                .op('s')
                .text("param_groups")
                .op(']')
                .op('}')
                .text("lr")
                .op('G')
                .raw(0, 0, 0, 0, 0, 0, 0, 0);
        pickle.op('s').op('a').op('u');
        pickle.text("vae_ema")
                .op('N')
                .text("device")
                .global("torch", "device")
                .text("cpu")
                .raw(0x85)
                .op('R');
        pickle.text("seen").global("__builtin__", "set").op(']').raw(0x85).op('R');
        pickle.text("type").global("torch", "float16").text("big").raw(0x8a, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        pickle.op('u').text("iter").op('K').raw(7).op('u');
        Path file = ArchiveBuilder.of(pickle).counting("0", 2).write(file());
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            assertTrue(checkpoint.trainer());
            assertEquals(Optional.empty(), checkpoint.tokenizer());
            assertEquals(1, checkpoint.transformer().orElseThrow().weights().size());
        }
    }

    @Test
    void protocolsUpToFiveAreRead() {
        PickleBuilder pickle = new PickleBuilder(4).raw(0x95, 0, 0, 0, 0, 0, 0, 0, 0);
        pickle.op('}').raw(0x94, 0x8c, 1, 'w', 0x94);
        pickle.raw(0x8c, 12)
                .ascii("torch._utils")
                .raw(0x8c, 18)
                .ascii("_rebuild_tensor_v2")
                .raw(0x93)
                .op('(');
        pickle.op('(')
                .text("storage")
                .global("torch", "FloatStorage")
                .text("0")
                .text("cpu")
                .integer(2)
                .op('t')
                .op('Q');
        pickle.integer(0)
                .integers(2)
                .integers(1)
                .raw(0x89)
                .op('}')
                .op('t')
                .op('R')
                .op('s');
        Path file = ArchiveBuilder.of(pickle).counting("0", 2).write(file());
        assertArrayEquals(new float[] {0, 1}, read(file, "w"));
    }

    @Test
    void whatIsNoCheckpointIsSaidSo() throws IOException {
        assertTrue(refusal(Files.write(file(), new byte[0])).contains("empty"));
        assertTrue(refusal(Files.writeString(file(), "hello, world")).contains("neither a PyTorch checkpoint"));
        assertTrue(refusal(Files.writeString(file(), "version https://git-lfs.github.com/spec/v1\n"))
                .contains("Git LFS"));
        assertTrue(refusal(Files.writeString(file(), "<!DOCTYPE html><html>")).contains("web page"));
        byte[] legacy = HexFormat.of().parseHex("80028a0a6cfc9c46f9206aa850192e80024de903");
        assertTrue(refusal(Files.write(file(), legacy)).contains("before 1.6"));
        assertTrue(refusal(folder.resolve("absent.pth")).contains("no such file"));
        assertTrue(refusal(folder).contains("folder"));
        assertTrue(refusal(new ArchiveBuilder().entry("readme", new byte[3]).write(file()))
                .contains("no data.pkl"));
        ArchiveBuilder script = ArchiveBuilder.of(new PickleBuilder().op('}')).entry("code/model.py", new byte[3]);
        assertTrue(refusal(script.write(file())).contains("TorchScript"));
        ArchiveBuilder big = ArchiveBuilder.of(new PickleBuilder().op('}'))
                .entry("byteorder", "big".getBytes(StandardCharsets.US_ASCII));
        assertTrue(refusal(big.write(file())).contains("byte order \"big\""));
        ArchiveBuilder packed = new ArchiveBuilder()
                .entry("data.pkl", new PickleBuilder().op('}').bytes(), ZipEntry.DEFLATED);
        assertTrue(refusal(packed.write(file())).contains("compressed"));
        assertTrue(refusal(ArchiveBuilder.of(new PickleBuilder().op('}')).write(file()))
                .contains("holds no tensors"));
        assertTrue(refusal(ArchiveBuilder.of(new PickleBuilder().op(']')).write(file()))
                .contains("holds no state dict"));
    }

    @Test
    void tensorsThatDoNotFitTheirStorageAreRefusedByName() {
        assertTrue(refusal(single(10, 5, new long[] {2, 3}, 3, 1)).contains("w of shape [2, 3] ends at byte 44"));
        assertTrue(refusal(single(10, 0, new long[] {4, 3}, 3, 1)).contains("w of shape"));
        assertTrue(refusal(single(10, 0, new long[] {Long.MAX_VALUE, 4}, 1, 1)).contains("w of shape"));
        assertTrue(refusal(single(10, 0, new long[] {2, 2}, Long.MAX_VALUE, 1)).contains("w of shape"));
        assertTrue(refusal(single(10, -1, new long[] {2}, 1)).contains("w does not begin"));
        assertTrue(refusal(single(10, 0, new long[] {-2}, 1)).contains("w has shape"));
        assertTrue(refusal(single(10, 0, new long[] {2}, -1)).contains("w has strides"));
        assertTrue(refusal(single(10, 0, new long[] {2}, 1, 1)).contains("w has 1 dimensions but 2 strides"));
        assertTrue(refusal(single(10, 0, new long[] {1 << 20, 1 << 20}, 0, 0)).contains("more elements than"));
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .text("w")
                .tensor("FloatStorage", "0", 100, 0, new long[] {100}, new long[] {1})
                .op('s');
        assertTrue(refusal(ArchiveBuilder.of(pickle).counting("0", 10).write(file()))
                .contains("w needs a storage of 400 bytes"));
        assertTrue(refusal(ArchiveBuilder.of(pickle).write(file())).contains("w has its values in record data/0"));
    }

    @Test
    void checksumsAreComparedOnRequest() throws IOException {
        Path file = single(100, 0, new long[] {100}, 1);
        byte[] bytes = Files.readAllBytes(file);
        int at = indexOf(bytes, new byte[] {0, 0, (byte) 0x80, 0x3f});
        bytes[at] = 1;
        Files.write(file, bytes);
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            String message = assertThrows(InvalidInputException.class, checkpoint::verify)
                    .getMessage();
            assertTrue(message.contains("w is corrupt"), message);
        }
    }

    @Test
    void truncationIsToldAsSuch() throws IOException {
        Path file = single(100, 0, new long[] {100}, 1);
        byte[] bytes = Files.readAllBytes(file);
        for (int length : List.of(bytes.length - 1, bytes.length / 2, 30, 5)) {
            Files.write(file, Arrays.copyOf(bytes, length));
            assertTrue(refusal(file).contains("is cut off"));
        }
    }

    private static int indexOf(byte[] bytes, byte[] wanted) {
        for (int i = 0; ; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
    }
}
