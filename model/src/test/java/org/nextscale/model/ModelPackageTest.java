package org.nextscale.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.backend.support.TransformerTensors;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.model.description.ModelConfig;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.making.ModelConversion;

class ModelPackageTest {
    private static final ModelSpec SHARED_ALN = ModelSpec.of(
            TokenizerSpec.builder()
                    .channels(32)
                    .channelMultipliers(List.of(1, 2))
                    .residualBlocks(2)
                    .latentChannels(8)
                    .vocabularySize(96)
                    .phiCount(4)
                    .build(),
            TransformerSpec.builder(3)
                    .width(64)
                    .heads(4)
                    .classes(10)
                    .sharedAdaLn(true)
                    .latentChannels(8)
                    .vocabularySize(96)
                    .pyramid(ScalePyramid.of(1, 2, 4, 6, 8))
                    .build());

    @TempDir
    Path folder;

    private static String refusal(Path path) {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ModelPackage.open(path).close())
                .getMessage();
        assertEquals(1, message.lines().count(), message);
        return message;
    }

    @Test
    void theReferenceVectorsAreModels() {
        try (ModelPackage base = ModelPackage.open(ReferenceVectors.set("base"))) {
            assertEquals(
                    ModelSpec.of(
                            TokenizerSpec.builder()
                                    .channels(32)
                                    .channelMultipliers(List.of(1, 1, 2, 2, 4))
                                    .residualBlocks(2)
                                    .latentChannels(8)
                                    .vocabularySize(64)
                                    .phiCount(4)
                                    .build(),
                            TransformerSpec.builder(2)
                                    .width(128)
                                    .heads(2)
                                    .classes(10)
                                    .latentChannels(8)
                                    .vocabularySize(64)
                                    .pyramid(ScalePyramid.of(1, 2, 3, 4))
                                    .build()),
                    base.spec());
            assertEquals("base", base.name());
            assertEquals(DataType.F16, base.dataType());
            base.verify();
        }
        try (ModelPackage plain = ModelPackage.open(ReferenceVectors.set("plain-attn"))) {
            assertEquals(
                    ModelSpec.of(
                            TokenizerSpec.builder()
                                    .channels(32)
                                    .channelMultipliers(List.of(1, 2, 2))
                                    .residualBlocks(2)
                                    .latentChannels(8)
                                    .vocabularySize(48)
                                    .phiCount(1)
                                    .cosine(true)
                                    .build(),
                            TransformerSpec.builder(2)
                                    .width(96)
                                    .heads(3)
                                    .classes(10)
                                    .l2NormAttention(false)
                                    .latentChannels(8)
                                    .vocabularySize(48)
                                    .pyramid(ScalePyramid.of(1, 2, 3, 5, 7))
                                    .build()),
                    plain.spec());
        }
        try (ModelPackage shared = ModelPackage.open(ReferenceVectors.set("shared-aln"))) {
            assertEquals(SHARED_ALN, shared.spec());
        }
    }

    @Test
    void aTrainersCheckpointIsAModelOfItsOwn() throws IOException {
        Path alone =
                Files.copy(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth"), folder.resolve("ar-ckpt-last.pth"));
        try (ModelPackage trained = ModelPackage.open(alone);
                ModelPackage inFolder = ModelPackage.open(folder);
                ModelPackage bare = ModelPackage.open(ReferenceVectors.set("shared-aln"))) {
            assertEquals(SHARED_ALN, trained.spec());
            assertEquals("ar-ckpt-last", trained.name());
            assertEquals(trained.fingerprint(), inFolder.fingerprint());
            assertNotEquals(trained.fingerprint(), bare.fingerprint());
            for (TensorShape each : TransformerTensors.all(SHARED_ALN.transformer())) {
                long[] shape = each.shape().stream().mapToLong(Long::longValue).toArray();
                assertArrayEquals(
                        bare.transformerWeights().read(each.name(), shape),
                        trained.transformerWeights().read(each.name(), shape));
            }
        }
    }

    @Test
    void filesMayComeInAnyOrder() {
        Path vae = ReferenceVectors.set("shared-aln/vae.pth");
        Path ar = ReferenceVectors.set("shared-aln/var.pth");
        try (ModelPackage one = ModelPackage.ofCheckpoints(List.of(ar, vae), Optional.empty());
                ModelPackage other = ModelPackage.ofCheckpoints(List.of(vae, ar), Optional.empty())) {
            assertEquals(SHARED_ALN, one.spec());
            assertEquals(one.fingerprint(), other.fingerprint());
        }
        for (List<Path> wrong : List.of(List.of(vae), List.of(ar), List.of(vae, vae), List.of(vae, ar, ar))) {
            String message = assertThrows(
                            InvalidInputException.class, () -> ModelPackage.ofCheckpoints(wrong, Optional.empty()))
                    .getMessage();
            assertTrue(message.contains("no t") || message.contains("both hold a"), message);
        }
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ModelPackage.ofCheckpoints(
                                List.of(vae, ReferenceVectors.set("base/var.pth")), Optional.empty()))
                .getMessage();
        assertTrue(message.contains("do not belong together: vocabulary 96 and 64"), message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ch:32:64",
                "ch_mult:1,#2:1,2,2",
                "z_channels:8:4",
                "vocab_size:96:97",
                "share_quant_resi:4:1",
                "patch_nums:1,#2,#4,#6,#8:1,2,3",
                "num_classes:10:11",
                "depth:3:4",
                "embed_dim:64:65",
                "num_heads:4:8",
                "shared_aln:true:false",
                "attn_l2_norm:true:false"
            })
    void aConfigurationThatContradictsTheTensorsIsRefused(String change) throws IOException {
        String[] parts = change.split(":");
        String config =
                Files.readString(ReferenceVectors.set("shared-aln/config.json")).replaceAll("\\s+", "");
        String old = "\"" + parts[0] + "\":" + bracketed(parts[1].replace("#", ""));
        assertTrue(config.contains(old), config);
        Path file = Files.writeString(
                folder.resolve("config.json"), config.replace(old, "\"" + parts[0] + "\":" + bracketed(parts[2])));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ModelPackage.ofCheckpoints(
                                List.of(
                                        ReferenceVectors.set("shared-aln/vae.pth"),
                                        ReferenceVectors.set("shared-aln/var.pth")),
                                Optional.of(file)))
                .getMessage();
        assertTrue(message.startsWith(file + ": " + parts[0] + " is "), message);
        assertTrue(message.contains("shared-aln") && message.contains(" show "), message);
    }

    private static String bracketed(String value) {
        return value.contains(",") ? "[" + value + "]" : value;
    }

    @Test
    void aConfigurationOfTheWrongTypeIsRefused() throws IOException {
        for (String bad : List.of("{\"ch\":\"x\"}", "{\"ch\":1.5}", "[]", "{", "{\"patch_nums\":3}", "{\"ch\":1e99}")) {
            Path file = Files.writeString(folder.resolve("config.json"), bad);
            String message = assertThrows(InvalidInputException.class, () -> ModelConfig.read(file))
                    .getMessage();
            assertTrue(message.startsWith(file.toString()), message);
            assertEquals(1, message.lines().count(), message);
        }
        Path file = Files.writeString(folder.resolve("config.json"), "{\"class_names\":[\"one\"]}");
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ModelPackage.ofCheckpoints(
                                List.of(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth")), Optional.of(file)))
                .getMessage();
        assertTrue(message.contains("class_names has 1 names, but"), message);
    }

    private Path converted() {
        Path target = folder.resolve("package");
        conversion(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth"), target)
                .run(ProgressListener.NONE, Cancellation.NEVER);
        return target;
    }

    private static ModelConversion conversion(Path source, Path target) {
        return new ModelConversion(
                List.of(source),
                Optional.empty(),
                target,
                Optional.of(DataType.BF16),
                Optional.of("a name"),
                Optional.of("what it is"),
                Optional.empty(),
                true,
                "test 1");
    }

    private void manifest(Path model, UnaryOperator<String> edit) throws IOException {
        Path file = model.resolve("model.json");
        String before = Files.readString(file);
        String after = edit.apply(before);
        assertNotEquals(before, after);
        Files.writeString(file, after);
    }

    @Test
    void aPackageSaysWhatItIs() {
        Path target = converted();
        try (ModelPackage model = ModelPackage.open(target)) {
            assertEquals("a name", model.name());
            assertEquals(SHARED_ALN, model.spec());
            assertEquals(DataType.BF16, model.dataType());
            assertEquals("class 3", model.classNames().name(3));
            assertEquals(64, model.fingerprint().length());
            ModelManifest manifest = model.manifest().orElseThrow();
            assertEquals("what it is", manifest.description());
            assertEquals("convert", manifest.origin().operation());
            assertEquals("ar-ckpt-last.pth", manifest.origin().sources().get(0).name());
            assertEquals("test 1", manifest.origin().tool());
            model.verify();
        }
    }

    /** Readers of version 1 would take it for what they know. */
    @Test
    void aModelOfAnotherTypeSaysSoInVersion2() throws IOException {
        Path model = converted();
        manifest(
                model,
                text -> text.replace("\"formatVersion\": 1", "\"formatVersion\": 2")
                        .replace("\"channels\"", "\"type\": \"lfq\", \"parameters\": {\"levels\": 8}, \"channels\"")
                        .replace("\"depth\"", "\"type\": \"other\", \"depth\""));
        Path again = folder.resolve("again");
        conversion(model, again).run(ProgressListener.NONE, Cancellation.NEVER);
        assertTrue(Files.readString(again.resolve("model.json")).contains("\"formatVersion\": 2"));
        try (ModelPackage opened = ModelPackage.open(again)) {
            assertEquals("lfq", opened.spec().tokenizer().type());
            assertEquals(Map.of("levels", "8"), opened.spec().tokenizer().parameters());
            assertEquals("other", opened.spec().transformer().type());
            assertTrue(opened.tokenizerWeights().contains("quantize.embedding.weight"), "whatever it is for");
        }
    }

    @Test
    void damagedPackagesAreRefused() throws IOException {
        assertTrue(refusal(folder).contains("neither a model.json nor checkpoints"));
        assertTrue(refusal(folder.resolve("absent")).contains("no such file or folder"));
        Path model = converted();
        manifest(model, text -> text.replace("\"depth\": 3", "\"depth\": 2"));
        try (ModelPackage shallower = ModelPackage.open(model)) {
            assertEquals(2, shallower.spec().transformer().depth(), "what is not needed is passed over");
        }
        manifest(model, text -> text.replace("\"depth\": 2", "\"depth\": 4"));
        assertTrue(refusal(model).contains("transformer.safetensors: lacks 11 of the"));
        manifest(model, text -> text.replace("\"depth\": 4", "\"depth\": 3000"));
        assertTrue(refusal(model).contains("depth is 3000"));
        manifest(converted(), text -> text.replace("\"channels\": 32", "\"channels\": 64"));
        assertTrue(refusal(model).contains("encoder.conv_in.weight has shape [32, 3, 3, 3], expected [64, 3, 3, 3]"));
        manifest(converted(), text -> text.replace("\"formatVersion\": 1", "\"formatVersion\": 3"));
        assertTrue(refusal(model).contains("has format version 3, this program reads versions 1 and 2"));
        manifest(converted(), text -> text.replace("tokenizer.safetensors", "../../etc/passwd"));
        assertTrue(refusal(model).contains("name is not a plain file name"));
        manifest(converted(), text -> text.replaceFirst("\"dataType\": \"BF16\"", "\"dataType\": \"I64\""));
        assertTrue(refusal(model).contains("dataType is not"));
        manifest(converted(), text -> text.replace("\"width\"", "\"with\""));
        assertTrue(refusal(model).contains("model.json: transformer: width is missing"));
        manifest(converted(), text -> text.replace("nextscale-model", "other"));
        assertTrue(refusal(model).contains("is not the description of a Nextscale model"));
        Files.delete(converted().resolve("tokenizer.safetensors"));
        assertTrue(refusal(model).contains("tokenizer.safetensors: no such file"));
    }

    @Test
    void changedWeightsAreNoticed() throws IOException {
        Path model = converted();
        Path file = model.resolve("transformer.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        try (ModelPackage opened = ModelPackage.open(model)) {
            String message =
                    assertThrows(InvalidInputException.class, opened::verify).getMessage();
            assertTrue(message.contains("transformer.safetensors: SHA-256 is"), message);
        }
        Files.write(file, new byte[0]);
        assertTrue(refusal(model).contains("transformer.safetensors"));
        Files.copy(model.resolve("tokenizer.safetensors"), file, StandardCopyOption.REPLACE_EXISTING);
        assertTrue(refusal(model).contains("the package is incomplete or its files were mixed up"));
    }
}
