package org.nextscale.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.checkpoint.tensor.CheckpointFormat;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.checkpoint.tensor.WrittenFile;
import org.nextscale.files.Sha256;

/**
 * The real checkpoints of the reference vectors. The expected digests were computed without this project, by
 * {@code digest-checkpoints.py} beside this test's resources.
 */
class ReferenceCheckpointsTest {
    private static final String SHARED_TOKENIZER = "98b6ac854bf7be02dba152210fca8724422aae5d560e8a549e8ef15593a4fefb";
    private static final String SHARED_TRANSFORMER = "2c691f71c8b647801c53c8b4400a611b21464244344fe5471253f04542784070";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "base/vae.pth,       F16,  82a80d274a2a1e824139356fc3ca4b9910a1c20ad6b4e418afa70217913fa026",
        "base/var.pth,       F16,  eaac827a9c0720eeca6a7036a0d8a8cece1de44cf849a315084781633d6b2625",
        "plain-attn/vae.pth, BF16, c8399b9bbb836226beceffb166a9a0bde3797aa39a4b47ba14aa950c86bc3c0b",
        "plain-attn/var.pth, BF16, b0bc254dff5a1e10beb21907a51b6073615330fc00e52b0e609acffae276565d",
        "shared-aln/vae.pth, F32," + SHARED_TOKENIZER,
        "shared-aln/var.pth, F32," + SHARED_TRANSFORMER
    })
    void valuesAreThoseThatPythonReads(String file, DataType type, String digest) {
        try (Checkpoint checkpoint = Checkpoint.open(ReferenceVectors.set(file))) {
            assertEquals(CheckpointFormat.PYTORCH, checkpoint.format());
            assertFalse(checkpoint.trainer());
            checkpoint.verify();
            assertEquals(digest, digest(checkpoint.tensors()));
            Set<DataType> types = new HashSet<>();
            checkpoint.tensors().weights().forEach(each -> types.add(each.type()));
            assertTrue(types.remove(type));
            assertTrue(types.isEmpty() || types.equals(Set.of(DataType.I64)), types.toString());
            assertEquals(file.contains("vae"), checkpoint.tokenizer().isPresent());
            assertEquals(file.contains("var"), checkpoint.transformer().isPresent());
        }
    }

    @Test
    void trainersCheckpointHoldsBothModels() {
        try (Checkpoint checkpoint = Checkpoint.open(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth"))) {
            assertTrue(checkpoint.trainer());
            checkpoint.verify();
            assertEquals(SHARED_TOKENIZER, digest(checkpoint.tokenizer().orElseThrow()));
            assertEquals(SHARED_TRANSFORMER, digest(checkpoint.transformer().orElseThrow()));
            assertEquals(List.of(1, 2, 4, 6, 8), checkpoint.patchNums().orElseThrow());
            assertTrue(checkpoint.tensors().contains("var_wo_ddp.pos_start"));
        }
    }

    @ParameterizedTest
    @CsvSource({"base/var.pth", "plain-attn/var.pth", "shared-aln/var.pth", "shared-aln/vae.pth"})
    void roundTripsThroughSafetensors(String file) {
        Path copy = folder.resolve("copy.safetensors");
        try (Checkpoint original = Checkpoint.open(ReferenceVectors.set(file))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            Collection<WeightInfo> weights = original.tensors().weights();
            weights.forEach(each -> writer.add(original.tensors(), each.name(), each.type()));
            WrittenFile written = writer.write(copy, ProgressListener.NONE, Cancellation.NEVER);
            assertEquals(Sha256.ofFile(copy), written.sha256());
            assertEquals(copy.toFile().length(), written.bytes());
            try (Checkpoint read = Checkpoint.open(copy)) {
                assertEquals(CheckpointFormat.SAFETENSORS, read.format());
                assertEquals(Set.copyOf(weights), Set.copyOf(read.tensors().weights()));
                for (WeightInfo each : weights) {
                    ByteBuffer expected = original.tensors().map(each.name(), 0, (int) each.bytes());
                    assertEquals(expected, read.tensors().map(each.name(), 0, (int) each.bytes()), each.name());
                }
            }
        }
    }

    @Test
    void floatsSurviveEveryWayIn() {
        Path copy = folder.resolve("float32.safetensors");
        try (Checkpoint original = Checkpoint.open(ReferenceVectors.set("plain-attn/var.pth"))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            original.tensors().weights().stream()
                    .filter(each -> each.type() != DataType.I64)
                    .forEach(each -> writer.add(original.tensors(), each.name(), DataType.F32));
            writer.write(copy, ProgressListener.NONE, Cancellation.NEVER);
            try (Checkpoint read = Checkpoint.open(copy)) {
                for (WeightInfo each : read.tensors().weights()) {
                    float[] expected = values(original.tensors(), each.name());
                    assertArrayEquals(expected, values(read.tensors(), each.name()), each.name());
                    float[] mapped = new float[expected.length];
                    read.tensors()
                            .map(each.name(), 0, (int) each.bytes())
                            .asFloatBuffer()
                            .get(mapped);
                    assertArrayEquals(expected, mapped, each.name());
                }
            }
        }
    }

    @Test
    void partsOfATensorAreWhereTheyBelong() {
        try (Checkpoint checkpoint = Checkpoint.open(ReferenceVectors.set("base/var.pth"))) {
            String name = "head.weight";
            float[] all = values(checkpoint.tensors(), name);
            FloatBuffer part = ByteBuffer.allocateDirect(4 * 1000)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
            part.position(10).limit(900);
            checkpoint.tensors().read(name, 777, part);
            assertEquals(900, part.position());
            for (int i = 10; i < 900; i++) {
                assertEquals(all[777 + i - 10], part.get(i));
            }
        }
    }

    @Test
    void expectedValuesOfTheReferenceVectorsAreReadInEveryType() {
        try (Checkpoint expected = Checkpoint.open(ReferenceVectors.set("base/expected.safetensors"))) {
            TensorSource tensors = expected.tensors();
            assertEquals("I32", tensors.tensor("greedy.tokens.0").typeName());
            for (float token : values(tensors, "greedy.tokens.3")) {
                assertTrue(token >= 0 && token < 64 && token == (int) token);
            }
            for (float kept : values(tensors, "inpaint.kept.3")) {
                assertTrue(kept == 0 || kept == 1);
            }
        }
    }

    private static float[] values(TensorSource source, String name) {
        float[] values = new float[(int) source.tensor(name).elements()];
        source.read(name, 0, FloatBuffer.wrap(values));
        return values;
    }

    private static String digest(TensorSource source) {
        Sha256 sum = new Sha256();
        Set<String> names = new TreeSet<>();
        source.tensors().forEach(each -> names.add(each.name()));
        for (String name : names) {
            sum.add(name.getBytes(StandardCharsets.UTF_8));
            float[] values = values(source, name);
            ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
            bytes.asFloatBuffer().put(values);
            sum.add(bytes);
        }
        return sum.hex();
    }
}
