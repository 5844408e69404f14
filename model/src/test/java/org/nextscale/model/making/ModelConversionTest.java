package org.nextscale.model.making;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TokenizerTensors;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.checkpoint.internal.storage.Float16;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.description.ModelManifest;

class ModelConversionTest {
    @TempDir
    Path folder;

    private static ModelConversion conversion(Path source, Path target, DataType type, boolean overwrite) {
        return new ModelConversion(
                List.of(source),
                Optional.empty(),
                target,
                Optional.ofNullable(type),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                overwrite,
                "test");
    }

    private String refusal(ModelConversion conversion) {
        String message = assertThrows(
                        InvalidInputException.class, () -> conversion.run(ProgressListener.NONE, Cancellation.NEVER))
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @AfterEach
    void nothingUnfinishedIsLeft() throws IOException {
        try (Stream<Path> left = Files.walk(folder)) {
            assertEquals(
                    List.of(),
                    left.filter(each -> each.getFileName().toString().contains(".part-"))
                            .toList());
        }
    }

    private static float[] read(TensorSource source, TensorShape tensor) {
        return source.read(
                tensor.name(),
                tensor.shape().stream().mapToLong(Long::longValue).toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "shared-aln", "plain-attn"})
    void keepsEveryValueInItsOwnType(String set) {
        Path target = folder.resolve("made/deeper/" + set);
        ModelManifest manifest = conversion(ReferenceVectors.set(set), target, null, false)
                .run(ProgressListener.NONE, Cancellation.NEVER);
        assertEquals(set, manifest.name());
        try (ModelPackage original = ModelPackage.open(ReferenceVectors.set(set));
                ModelPackage converted = ModelPackage.open(target)) {
            assertEquals(original.spec(), converted.spec());
            assertEquals(original.dataType(), converted.dataType());
            for (TensorShape each : TransformerTensors.all(original.spec().transformer())) {
                assertArrayEquals(
                        read(original.transformerWeights(), each), read(converted.transformerWeights(), each));
            }
            List<TensorShape> tokenizer = TokenizerTensors.all(
                    original.spec().tokenizer(), original.spec().pyramid());
            for (TensorShape each : tokenizer) {
                assertArrayEquals(read(original.tokenizerWeights(), each), read(converted.tokenizerWeights(), each));
            }
            assertEquals(
                    tokenizer.size(), converted.tokenizerWeights().weights().size());
            assertFalse(converted.transformerWeights().contains("attn_bias_for_masking"));
            converted.verify();
        }
    }

    @Test
    void roundsToTheTypeAskedFor() {
        Path half = folder.resolve("half");
        conversion(ReferenceVectors.set("shared-aln"), half, DataType.F16, false)
                .run(ProgressListener.NONE, Cancellation.NEVER);
        Path back = folder.resolve("back");
        conversion(half, back, DataType.F32, false).run(ProgressListener.NONE, Cancellation.NEVER);
        try (ModelPackage original = ModelPackage.open(ReferenceVectors.set("shared-aln"));
                ModelPackage rounded = ModelPackage.open(half);
                ModelPackage widened = ModelPackage.open(back)) {
            assertEquals(DataType.F16, rounded.manifest().orElseThrow().dataType());
            for (TensorShape each : TransformerTensors.all(original.spec().transformer())) {
                assertEquals(
                        DataType.F16,
                        rounded.transformerWeights().weight(each.name()).type());
                float[] expected = read(original.transformerWeights(), each);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = Float16.toFloat(Float16.fromFloat(expected[i]));
                }
                assertArrayEquals(expected, read(rounded.transformerWeights(), each));
                assertArrayEquals(expected, read(widened.transformerWeights(), each));
            }
            assertEquals(2, widened.manifest().orElseThrow().origin().sources().size());
        }
    }

    @Test
    void aTrainersCheckpointGivesTheSameFilesAsTheBareOnes() throws IOException {
        Path one = folder.resolve("one");
        Path other = folder.resolve("other");
        conversion(ReferenceVectors.set("shared-aln"), one, null, false).run(ProgressListener.NONE, Cancellation.NEVER);
        conversion(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth"), other, null, false)
                .run(ProgressListener.NONE, Cancellation.NEVER);
        for (String file : List.of("tokenizer.safetensors", "transformer.safetensors")) {
            assertEquals(-1, Files.mismatch(one.resolve(file), other.resolve(file)));
        }
        conversion(ReferenceVectors.set("shared-aln"), one, null, true).run(ProgressListener.NONE, Cancellation.NEVER);
        assertEquals(-1, Files.mismatch(one.resolve("tokenizer.safetensors"), other.resolve("tokenizer.safetensors")));
    }

    @Test
    void progressReachesTheEnd() {
        List<Long> heard = new ArrayList<>();
        conversion(ReferenceVectors.set("base"), folder.resolve("model"), null, false)
                .run(
                        (file, written, total) -> {
                            heard.add(written);
                            assertTrue(written <= total);
                        },
                        Cancellation.NEVER);
        assertEquals(heard.stream().sorted().toList(), heard);
        try (ModelPackage model = ModelPackage.open(folder.resolve("model"))) {
            ModelManifest manifest = model.manifest().orElseThrow();
            assertEquals(manifest.tokenizer().bytes() + manifest.transformer().bytes(), heard.get(heard.size() - 1));
        }
    }

    @Test
    void whatIsThereIsOverwrittenOnlyOnRequestAndOnlyIfItIsAModel() throws IOException {
        Path target = folder.resolve("model");
        Path source = ReferenceVectors.set("shared-aln");
        conversion(source, target, DataType.F32, false).run(ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(refusal(conversion(source, target, DataType.F16, false)).contains("already holds a model"));
        conversion(source, target, DataType.F16, true).run(ProgressListener.NONE, Cancellation.NEVER);
        try (ModelPackage model = ModelPackage.open(target)) {
            assertEquals(DataType.F16, model.dataType());
        }
        Files.writeString(target.resolve("diary.txt"), "dear diary");
        assertTrue(refusal(conversion(source, target, DataType.F32, true)).contains("holds diary.txt"));
        assertEquals("dear diary", Files.readString(target.resolve("diary.txt")));
        Path file = Files.writeString(folder.resolve("file"), "x");
        assertTrue(refusal(conversion(source, file, null, true)).contains("is a file"));
        Files.createDirectory(folder.resolve("empty"));
        conversion(source, folder.resolve("empty"), null, false).run(ProgressListener.NONE, Cancellation.NEVER);
    }

    @Test
    void aTargetAmongTheSourcesIsRefused() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        for (String file : List.of("vae.pth", "var.pth")) {
            Files.copy(ReferenceVectors.set("shared-aln/" + file), source.resolve(file));
        }
        assertTrue(refusal(conversion(source, source, null, true)).contains("is where the source"));
        assertTrue(refusal(conversion(source.resolve("vae.pth"), source, null, true))
                .contains("is where the source"));
        Path model = source.resolve("model");
        conversion(source, model, null, false).run(ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(
                refusal(conversion(model, model.resolve("inside"), null, true)).contains("is where the source"));
        assertTrue(refusal(conversion(model, model, null, true)).contains("is where the source"));
    }

    @Test
    void aFailureLeavesNothingAndTheOldModelInPlace() throws IOException {
        Path target = folder.resolve("new/model");
        ProgressListener enough = (file, written, total) -> {
            throw new IllegalStateException("enough");
        };
        ModelConversion first = conversion(ReferenceVectors.set("shared-aln"), target, null, false);
        assertThrows(IllegalStateException.class, () -> first.run(enough, Cancellation.NEVER));
        assertThrows(CancellationException.class, () -> first.run(ProgressListener.NONE, () -> true));
        assertFalse(Files.exists(folder.resolve("new")));
        first.run(ProgressListener.NONE, Cancellation.NEVER);
        ModelConversion again = conversion(ReferenceVectors.set("base"), target, null, true);
        assertThrows(IllegalStateException.class, () -> again.run(enough, Cancellation.NEVER));
        assertThrows(CancellationException.class, () -> again.run(ProgressListener.NONE, () -> true));
        try (ModelPackage kept = ModelPackage.open(target)) {
            assertTrue(kept.spec().transformer().sharedAdaLn());
        }
        ModelConversion names = new ModelConversion(
                List.of(ReferenceVectors.set("base")),
                Optional.empty(),
                folder.resolve("names"),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(List.of("one", "two")),
                false,
                "test");
        assertTrue(refusal(names).contains("2 class names are given"));
        assertFalse(Files.exists(folder.resolve("names")));
    }

    @Test
    void valuesTooLargeForTheTypeAreNamed() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.copy(ReferenceVectors.set("shared-aln/vae.pth"), source.resolve("vae.pth"));
        try (ModelPackage good = ModelPackage.open(ReferenceVectors.set("shared-aln"))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (WeightInfo each : good.transformerWeights().weights()) {
                if (each.name().equals("head.bias")) {
                    writer.add(each, (first, target) -> {
                        while (target.hasRemaining()) {
                            target.put(1e6f);
                        }
                    });
                } else {
                    writer.add(good.transformerWeights(), each.name(), each.type());
                }
            }
            writer.write(source.resolve("var.pth"), ProgressListener.NONE, Cancellation.NEVER);
        }
        Path target = folder.resolve("model");
        String message = refusal(conversion(source, target, DataType.F16, false));
        assertTrue(message.contains("var.pth: head.bias has values too large for F16"), message);
        assertFalse(Files.exists(target));
        conversion(source, target, DataType.BF16, false).run(ProgressListener.NONE, Cancellation.NEVER);
    }

    @Test
    void corruptSourcesAreNotConverted() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.copy(ReferenceVectors.set("shared-aln/var.pth"), source.resolve("var.pth"));
        byte[] bytes = Files.readAllBytes(ReferenceVectors.set("shared-aln/vae.pth"));
        bytes[bytes.length / 2] ^= 64;
        Files.write(source.resolve("vae.pth"), bytes);
        String message = refusal(conversion(source, folder.resolve("model"), null, false));
        assertTrue(message.contains("vae.pth: ") && message.contains("is corrupt"), message);
        assertFalse(Files.exists(folder.resolve("model")));
    }
}
