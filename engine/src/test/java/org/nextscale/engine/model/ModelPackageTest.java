package org.nextscale.engine.model;

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
import org.nextscale.engine.checkpoint.WriteProgress;
import org.nextscale.engine.internal.checkpoint.ReferenceVectors;

class ModelPackageTest {
    private static final ModelSpec SHARED_ALN = new ModelSpec(
            new TokenizerSpec(32, List.of(1, 2), 2, 8, 96, 4, false),
            new TransformerSpec(3, 64, 4, 256, 10, true, true, 8, 96, ScalePyramid.of(1, 2, 4, 6, 8)));

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
                    new ModelSpec(
                            new TokenizerSpec(32, List.of(1, 1, 2, 2, 4), 2, 8, 64, 4, false),
                            new TransformerSpec(2, 128, 2, 512, 10, false, true, 8, 64, ScalePyramid.of(1, 2, 3, 4))),
                    base.spec());
            assertEquals("base", base.name());
            assertEquals(DataType.F16, base.dataType());
            base.verify();
        }
        try (ModelPackage plain = ModelPackage.open(ReferenceVectors.set("plain-attn"))) {
            assertEquals(
                    new ModelSpec(
                            new TokenizerSpec(32, List.of(1, 2, 2), 2, 8, 48, 1, true),
                            new TransformerSpec(
                                    2, 96, 3, 384, 10, false, false, 8, 48, ScalePyramid.of(1, 2, 3, 5, 7))),
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
            for (ExpectedTensor each : ExpectedTensors.transformer(SHARED_ALN.transformer())) {
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
        new ModelConversion(
                        List.of(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth")),
                        Optional.empty(),
                        target,
                        Optional.of(DataType.BF16),
                        Optional.of("a name"),
                        Optional.of("what it is"),
                        Optional.empty(),
                        true,
                        "test 1")
                .run(WriteProgress.NONE);
        return target;
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
        manifest(converted(), text -> text.replace("\"formatVersion\": 1", "\"formatVersion\": 2"));
        assertTrue(refusal(model).contains("format version 2"));
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
