package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.AllocationMeter;
import org.nextscale.checkpoint.internal.ArchiveBuilder;
import org.nextscale.checkpoint.internal.PickleBuilder;
import org.nextscale.checkpoint.tensor.CheckpointFormat;

/** Checkpoints of several files with an index, as large models are published. */
class ShardedCheckpointTest {
    private static final String FIRST = "model-00001-of-00002.safetensors";
    private static final String SECOND = "model-00002-of-00002.safetensors";

    @TempDir
    Path folder;

    /** Writes both shards: word_embed.weight and a tensor of integers in the first, head.weight in the second. */
    private Path sharded(String map) throws IOException {
        new SafetensorsWriter()
                .add(new WeightInfo("model.word_embed.weight", DataType.F16, List.of(3L)), (first, target) -> {
                    while (target.hasRemaining()) {
                        target.put(2);
                    }
                })
                .write(folder.resolve(FIRST), ProgressListener.NONE, Cancellation.NEVER);
        new SafetensorsWriter()
                .add(new WeightInfo("model.head.weight", DataType.F32, List.of(2L)), (first, target) -> {
                    while (target.hasRemaining()) {
                        target.put(0.5f);
                    }
                })
                .add(new WeightInfo("unlisted", DataType.F32, List.of(2L)), (first, target) -> target.position(2))
                .write(folder.resolve(SECOND), ProgressListener.NONE, Cancellation.NEVER);
        return Files.writeString(folder.resolve("model.safetensors.index.json"), map);
    }

    private static String map(String first, String second) {
        return "{\"metadata\": {\"total_size\": 14}, \"weight_map\": {\"model.word_embed.weight\": \"" + first
                + "\", \"model.head.weight\": \"" + second + "\"}}";
    }

    private static String refusal(Path file) {
        AllocationMeter meter = AllocationMeter.start();
        String message = assertThrows(
                        InvalidInputException.class, () -> Checkpoint.open(file).close())
                .getMessage();
        meter.requireBounded(file);
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void tensorsAreReadFromTheFilesThatHoldThem() throws IOException {
        Path index = sharded(map(FIRST, SECOND));
        try (Checkpoint checkpoint = Checkpoint.open(index)) {
            checkpoint.verify();
            assertEquals(CheckpointFormat.SAFETENSORS, checkpoint.format());
            assertEquals(index, checkpoint.path());
            assertEquals(List.of(index, folder.resolve(FIRST), folder.resolve(SECOND)), checkpoint.files());
            assertEquals(
                    Files.size(index) + Files.size(folder.resolve(FIRST)) + Files.size(folder.resolve(SECOND)),
                    checkpoint.size());
            var transformer = checkpoint.transformer().orElseThrow();
            assertArrayEquals(new float[] {2, 2, 2}, transformer.read("word_embed.weight", 3));
            assertArrayEquals(new float[] {0.5f, 0.5f}, transformer.read("head.weight", 2));
            assertEquals(0.5f, transformer.map("head.weight", 4, 4).getFloat(0));
            assertEquals(Set.of("model.word_embed.weight", "model.head.weight"), names(checkpoint));
            Path copy = folder.resolve("whole.safetensors");
            SafetensorsWriter writer = new SafetensorsWriter();
            transformer.weights().forEach(each -> writer.add(transformer, each.name(), each.type()));
            writer.write(copy, ProgressListener.NONE, Cancellation.NEVER);
            try (Checkpoint whole = Checkpoint.open(copy)) {
                assertArrayEquals(new float[] {2, 2, 2}, whole.tensors().read("word_embed.weight", 3));
            }
            String before = checkpoint.fingerprint();
            Files.writeString(index, map(FIRST, SECOND) + "\n");
            try (Checkpoint same = Checkpoint.open(index)) {
                assertEquals(before, same.fingerprint());
            }
        }
    }

    private static Set<String> names(Checkpoint checkpoint) {
        return checkpoint.tensors().tensors().stream().map(each -> each.name()).collect(Collectors.toSet());
    }

    @Test
    void shardsMayBeOfPyTorch() throws IOException {
        PickleBuilder pickle = new PickleBuilder()
                .op('}')
                .text("word_embed.weight")
                .tensor("FloatStorage", "0", 2, 0, new long[] {2}, new long[] {1})
                .op('s');
        ArchiveBuilder.of(pickle).counting("0", 2).write(folder.resolve("pytorch_model-00001-of-00001.bin"));
        Path index = Files.writeString(
                folder.resolve("pytorch_model.bin.index.json"),
                "{\"weight_map\":{\"word_embed.weight\":\"pytorch_model-00001-of-00001.bin\"}}");
        try (Checkpoint checkpoint = Checkpoint.open(index)) {
            assertEquals(CheckpointFormat.PYTORCH, checkpoint.format());
            assertArrayEquals(
                    new float[] {0, 1}, checkpoint.transformer().orElseThrow().read("word_embed.weight", 2));
        }
    }

    @Test
    void aShardIsAPlainFileBesideItsIndex() throws IOException {
        Path outside = Files.createDirectories(folder.resolve("model"));
        for (String shard : List.of(
                "../" + FIRST,
                "/etc/passwd",
                "sub/" + FIRST,
                "..",
                ".",
                "",
                "C:\\\\x",
                "a\\\\b",
                ".hidden",
                "x\\u0000",
                "x".repeat(300),
                "model.safetensors.index.json")) {
            sharded("{}");
            Path index = Files.writeString(outside.resolve("model.safetensors.index.json"), map(shard, shard));
            String message = refusal(index);
            assertTrue(message.startsWith(index + ": says that model.word_embed.weight is in \""), message);
            assertTrue(message.endsWith("which is no file of tensors in its folder"), message);
        }
        assertTrue(
                refusal(sharded(map(FIRST, "absent.safetensors"))).contains("lists absent.safetensors, which is not"));
        assertTrue(refusal(sharded("{\"weight_map\": {\"a\": 3}}")).contains("says that a is in \"\""));
    }

    @Test
    void everyTensorListedHasToBeThere() throws IOException {
        String message = refusal(sharded(map(FIRST, FIRST)));
        assertTrue(message.contains("says that model.head.weight is in " + FIRST + ", which has no such"), message);
        Path index = sharded(map(FIRST, SECOND));
        byte[] bytes = Files.readAllBytes(folder.resolve(SECOND));
        Files.write(folder.resolve(SECOND), Arrays.copyOf(bytes, bytes.length - 1));
        message = refusal(index);
        assertTrue(message.startsWith(folder.resolve(SECOND).toString()), message);
        assertTrue(message.contains("is cut off"), message);
    }

    @Test
    void whatIsNoIndexIsSaidSo() throws IOException {
        for (String text :
                List.of("", "{", "[]", "{}", "{\"weight_map\": []}", "{\"weight_map\": {}}", "{\"a\": 1} x")) {
            Path index = sharded(text);
            String message = refusal(index);
            assertTrue(message.startsWith(index + ": "), message);
            assertFalse(message.contains("Json") || message.contains("$"), message);
        }
        assertTrue(refusal(sharded("{\"weight_map\": {\"a\": \"" + FIRST + "\", \"a\": \"" + FIRST + "\"}}"))
                .contains("names a twice"));
        Path config = Files.writeString(folder.resolve("config.json"), "{\"depth\": 3}");
        assertTrue(refusal(config).contains("is JSON, not a checkpoint"));
    }

    @Test
    void otherWeightsHaveAnotherFingerprint() throws IOException {
        Path index = sharded(map(FIRST, SECOND));
        String before;
        try (Checkpoint checkpoint = Checkpoint.open(index)) {
            before = checkpoint.fingerprint();
        }
        new SafetensorsWriter()
                .add(
                        new WeightInfo("model.word_embed.weight", DataType.F32, List.of(3L)),
                        (first, target) -> target.position(3))
                .write(folder.resolve(FIRST), ProgressListener.NONE, Cancellation.NEVER);
        try (Checkpoint checkpoint = Checkpoint.open(index)) {
            assertNotEquals(before, checkpoint.fingerprint());
        }
    }
}
