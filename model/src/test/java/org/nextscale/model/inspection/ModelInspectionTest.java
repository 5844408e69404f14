package org.nextscale.model.inspection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.ReferenceVectors;
import org.nextscale.model.making.ModelConversion;

class ModelInspectionTest {
    @TempDir
    Path folder;

    private Path converted(String set, String name) {
        Path target = folder.resolve(name);
        new ModelConversion(
                        List.of(ReferenceVectors.set(set)),
                        Optional.empty(),
                        target,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        "test")
                .run(ProgressListener.NONE, Cancellation.NEVER);
        return target;
    }

    @Test
    void checkpointsAreRecognizedOneByOne() {
        ModelInspection transformer = ModelInspection.of(ReferenceVectors.set("base/var.pth"), true);
        assertEquals("PyTorch checkpoint", transformer.kind());
        assertEquals(List.of(), transformer.problems());
        assertEquals(2, transformer.transformer().orElseThrow().depth());
        assertEquals(
                "VAR of depth 2 and width 128, 4 x 4 tokens",
                transformer.architecture().orElseThrow());
        ModelInspection.Part part = transformer.parts().get(0);
        assertEquals("transformer", part.role());
        assertEquals(Map.of("F16", 37L, "I64", 1L), part.typeCounts());
        ModelInspection tokenizer = ModelInspection.of(ReferenceVectors.set("base/vae.pth"), false);
        assertEquals(
                "VAR tokenizer of 5 levels, 64 codes of 8",
                tokenizer.architecture().orElseThrow());
        assertTrue(tokenizer.parameters() > 4_000_000);
    }

    @Test
    void foldersAndTrainersCheckpointsHoldBothModels() {
        ModelInspection both = ModelInspection.of(ReferenceVectors.set("shared-aln"), true);
        assertEquals("PyTorch checkpoint and PyTorch checkpoint", both.kind());
        assertEquals("VAR of depth 3 and width 64, 16 px", both.architecture().orElseThrow());
        ModelInspection trainer = ModelInspection.of(ReferenceVectors.set("shared-aln/ar-ckpt-last.pth"), true);
        assertEquals("PyTorch checkpoint of a trainer", trainer.kind());
        assertEquals(both.parameters(), trainer.parameters());
        assertEquals(2, trainer.parts().size());
    }

    @Test
    void otherTensorFilesAreListedWithTheirProblem() {
        ModelInspection other = ModelInspection.of(ReferenceVectors.set("base/expected.safetensors"), false);
        assertEquals("safetensors", other.kind());
        assertEquals(Optional.empty(), other.architecture());
        assertEquals(1, other.problems().size());
        assertEquals(
                Map.of("F32", 59L, "I32", 25L, "U8", 8L), other.parts().get(0).typeCounts());
        assertThrows(InvalidInputException.class, () -> ModelInspection.of(folder.resolve("absent"), false));
    }

    @Test
    void packagesAreInspectedEvenWhenDamaged() throws IOException {
        Path model = converted("shared-aln", "model");
        ModelInspection good = ModelInspection.of(model, true);
        assertEquals("model package", good.kind());
        assertEquals(List.of(), good.problems());
        assertEquals("model", good.manifest().orElseThrow().name());
        byte[] bytes = Files.readAllBytes(model.resolve("tokenizer.safetensors"));
        bytes[bytes.length - 1] ^= 1;
        Files.write(model.resolve("tokenizer.safetensors"), bytes);
        assertEquals(1, ModelInspection.of(model, true).problems().size());
        assertEquals(0, ModelInspection.of(model, false).problems().size());
        Files.delete(model.resolve("tokenizer.safetensors"));
        ModelInspection damaged = ModelInspection.of(model, false);
        assertEquals(1, damaged.problems().size(), damaged.problems().toString());
        assertTrue(damaged.transformer().isPresent());
    }
}
