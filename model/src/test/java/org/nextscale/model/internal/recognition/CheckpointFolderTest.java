package org.nextscale.model.internal.recognition;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.model.ModelPackage;
import org.nextscale.model.TokenizerModel;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.inspection.ModelInspection;
import org.nextscale.model.making.ModelConversion;

/** Folders of checkpoints as people have them: safetensors, several files with an index, any names. */
class CheckpointFolderTest {
    private static final Path REFERENCE = ReferenceVectors.set("shared-aln");

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

    private void copy(String name, String to) throws IOException {
        Files.copy(REFERENCE.resolve(name), folder.resolve(to));
    }

    /** Writes the float tensors of a reference checkpoint, every n-th of them into one file. */
    private List<String> safetensors(String source, List<String> files, String prefix) throws IOException {
        List<String> entries = new ArrayList<>();
        try (Checkpoint checkpoint = Checkpoint.open(REFERENCE.resolve(source))) {
            List<WeightInfo> weights = checkpoint.tensors().weights().stream()
                    .filter(each -> each.type() != DataType.I64)
                    .toList();
            for (int file = 0; file < files.size(); file++) {
                SafetensorsWriter writer = new SafetensorsWriter();
                for (int i = file; i < weights.size(); i += files.size()) {
                    WeightInfo each = weights.get(i);
                    writer.add(
                            new WeightInfo(prefix + each.name(), each.type(), each.shape()),
                            (first, target) -> checkpoint.tensors().read(each.name(), first, target));
                    entries.add("\"" + prefix + each.name() + "\": \"" + files.get(file) + "\"");
                }
                writer.write(folder.resolve(files.get(file)), ProgressListener.NONE, Cancellation.NEVER);
            }
        }
        return entries;
    }

    private void sharded(String source, String name, String prefix) throws IOException {
        List<String> entries = safetensors(
                source, List.of(name + "-00001-of-00002.safetensors", name + "-00002-of-00002.safetensors"), prefix);
        Files.writeString(
                folder.resolve(name + ".safetensors.index.json"),
                "{\"metadata\": {\"total_size\": 1}, \"weight_map\": {" + String.join(", ", entries) + "}}");
    }

    private static void requireReference(ModelPackage model) {
        try (ModelPackage reference = ModelPackage.open(REFERENCE)) {
            assertEquals(reference.spec(), model.spec());
            for (String name : List.of("word_embed.weight", "blocks.1.ffn.fc2.bias", "head.weight")) {
                long[] shape = reference.transformerWeights().weight(name).shape().stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                assertArrayEquals(
                        reference.transformerWeights().read(name, shape),
                        model.transformerWeights().read(name, shape));
            }
        }
    }

    @Test
    void safetensorsAreFoundAsPthIs() throws IOException {
        safetensors("vae.pth", List.of("vae.safetensors"), "");
        safetensors("var.pth", List.of("var.safetensors"), "module.");
        copy("config.json", "config.json");
        Files.writeString(folder.resolve("._vae.safetensors"), "what a Mac leaves");
        try (ModelPackage model = ModelPackage.open(folder)) {
            requireReference(model);
        }
        try (TokenizerModel tokenizer = TokenizerModel.open(folder)) {
            assertEquals(8, tokenizer.spec().latentChannels());
        }
        ModelInspection inspection = ModelInspection.of(folder, true);
        assertEquals("safetensors and safetensors, under module", inspection.kind());
        assertEquals(List.of(), inspection.problems());
    }

    @Test
    void filesWithAnIndexAreOneCheckpoint() throws IOException {
        sharded("var.pth", "var", "");
        copy("vae.pth", "vae.pth");
        copy("config.json", "config.json");
        Path index = folder.resolve("var.safetensors.index.json");
        try (ModelPackage model = ModelPackage.open(folder);
                ModelPackage again = ModelPackage.ofCheckpoints(
                        List.of(index, folder.resolve("vae.pth")), Optional.of(folder.resolve("config.json")))) {
            requireReference(model);
            assertEquals(model.fingerprint(), again.fingerprint());
        }
        assertEquals(
                "PyTorch checkpoint and safetensors in 2 files",
                ModelInspection.of(folder, false).kind());
        ModelManifest made = converted(List.of(folder), folder.resolve("out/whole"));
        assertEquals(
                List.of(
                        "vae.pth",
                        "var.safetensors.index.json",
                        "var-00001-of-00002.safetensors",
                        "var-00002-of-00002.safetensors"),
                made.origin().sources().stream().map(each -> each.name()).toList());
        try (ModelPackage model = ModelPackage.open(folder.resolve("out/whole"))) {
            requireReference(model);
        }
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ModelPackage.ofCheckpoints(
                                        List.of(
                                                folder.resolve("vae.pth"),
                                                folder.resolve("var-00001-of-00002.safetensors")),
                                        Optional.empty())
                                .close())
                .getMessage();
        assertTrue(
                message.endsWith("is one of the 2 files of a checkpoint; give their index, var.safetensors.index.json"),
                message);
    }

    private static ModelManifest converted(List<Path> sources, Path target) {
        return new ModelConversion(
                        sources,
                        Optional.empty(),
                        target,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        "test")
                .run(ProgressListener.NONE, Cancellation.NEVER);
    }

    @Test
    void twoFilesOfAnyNameAreToldByTheirTensors() throws IOException {
        copy("vae.pth", "var.pth");
        copy("var.pth", "vae.pth");
        try (ModelPackage model = ModelPackage.open(folder)) {
            requireReference(model);
        }
        Files.move(folder.resolve("vae.pth"), folder.resolve("one.ckpt"));
        Files.move(folder.resolve("var.pth"), folder.resolve("other.pt"));
        try (ModelPackage model = ModelPackage.open(folder)) {
            requireReference(model);
        }
        copy("vae.pth", "third.pth");
        String message = refusal(folder);
        assertTrue(message.contains("one vae* with one var*, but one.ckpt, other.pt, third.pth; give the"), message);
    }

    @Test
    void foldersMayBeGivenEachWithOneOfTheTwo() throws IOException {
        sharded("var.pth", "model", "");
        copy("config.json", "config.json");
        Path target = folder.resolve("out/model");
        converted(List.of(folder, REFERENCE.resolve("vae.pth")), target);
        try (ModelPackage model = ModelPackage.open(target)) {
            requireReference(model);
        }
    }

    @Test
    void whatIsMissingOrThereTwiceIsSaidPlainly() throws IOException {
        copy("vae.pth", "vae.pth");
        assertTrue(
                refusal(folder).contains("vae.pth: holds a tokenizer, but there is no transformer (no tensor word_"));
        copy("vae.pth", "var.pth");
        assertTrue(refusal(folder).contains("both hold a tokenizer: give a transformer's checkpoint instead of one"));
        Files.copy(REFERENCE.resolve("ar-ckpt-last.pth"), folder.resolve("all.pth"));
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> ModelPackage.ofCheckpoints(
                                        List.of(folder.resolve("vae.pth"), folder.resolve("all.pth")), Optional.empty())
                                .close())
                .getMessage();
        assertTrue(message.endsWith("both hold a tokenizer: give one"), message);
        message = assertThrows(
                        InvalidInputException.class,
                        () -> TokenizerModel.open(REFERENCE.resolve("var.pth")).close())
                .getMessage();
        assertTrue(
                message.contains("var.pth: holds a transformer, not a tokenizer (there is no tensor quant"), message);
        assertTrue(assertThrows(
                        InvalidInputException.class,
                        () -> TokenizerModel.open(folder).close())
                .getMessage()
                .contains("patch_nums"));
    }

    /** What inspect finds nothing wrong with can be converted. */
    @Test
    void whatDoesNotBelongTogetherIsAProblem() throws IOException {
        copy("vae.pth", "vae.pth");
        copy("vae.pth", "var.pth");
        List<String> problems = ModelInspection.of(folder, false).problems();
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains("both hold a tokenizer"), problems.toString());
        Files.delete(folder.resolve("var.pth"));
        assertEquals(List.of(), ModelInspection.of(folder, false).problems());
        Files.copy(ReferenceVectors.set("base/var.pth"), folder.resolve("var.pth"));
        problems = ModelInspection.of(folder, false).problems();
        assertEquals(1, problems.size(), problems.toString());
        assertTrue(problems.get(0).contains("do not belong together"), problems.toString());
    }

    @Test
    void thePartsOfAPackageMayNotBeExchanged() throws IOException {
        Path model = folder.resolve("model");
        converted(List.of(REFERENCE), model);
        Path tokenizer = model.resolve("tokenizer.safetensors");
        Path transformer = model.resolve("transformer.safetensors");
        Files.move(tokenizer, model.resolve("x"));
        Files.move(transformer, tokenizer);
        Files.move(model.resolve("x"), transformer);
        assertTrue(refusal(model).contains("tokenizer.safetensors: holds a transformer, not a tokenizer"));
        Path manifest = model.resolve("model.json");
        Files.writeString(
                manifest,
                Files.readString(manifest).replace("\"tokenizer.safetensors\"", "\"t.safetensors.index.json\""));
        Files.writeString(
                model.resolve("t.safetensors.index.json"),
                "{\"weight_map\": {\"quantize.embedding.weight\": \"transformer.safetensors\"}}");
        assertTrue(refusal(model).contains("is an index, each part of a package is one file"));
    }
}
