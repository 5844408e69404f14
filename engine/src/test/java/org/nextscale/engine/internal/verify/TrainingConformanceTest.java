package org.nextscale.engine.internal.verify;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.training.TrainingReference;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.api.verify.TensorCheck.Measure;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.model.ModelPackage;
import org.nextscale.testkit.fake.ChangedTensors;

/** What the check of training lets pass and what it does not, with an implementation that plays the recording back. */
class TrainingConformanceTest {
    private static final Path SET =
            Path.of(System.getProperty("nextscale.root"), "reference-vectors").resolve("shared-aln");
    private static final Path RECORDED = SET.resolve(TrainingConformance.FILE);
    private static final Pixels IMAGES = new Pixels(2, 4, 4, new float[2 * 3 * 4 * 4]);

    private static final String GRADIENT = "transformer.grad.class_emb.weight";
    private static final String STEPPED = "transformer.after_step1.class_emb.weight";
    /** A convolution's bias before a norm of one channel a group: zero but for rounding, 1e-8. */
    private static final String ZERO = "tokenizer.grad.decoder.up.0.block.0.conv2.bias";

    private final ModelPackage model = ModelPackage.open(SET);
    private final Map<String, float[]> found = recorded();

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        model.close();
    }

    private static Map<String, float[]> recorded() {
        Map<String, float[]> recorded = new HashMap<>();
        try (Checkpoint file = Checkpoint.open(RECORDED)) {
            for (StoredTensor tensor : file.tensors().tensors()) {
                float[] values = new float[(int) tensor.elements()];
                file.tensors().read(tensor.name(), 0, FloatBuffer.wrap(values));
                recorded.put(tensor.name(), values);
            }
        }
        return recorded;
    }

    /** Plays the recording back. */
    private final class Playback implements TrainingReference {
        @Override
        public String id() {
            return "playback";
        }

        @Override
        public String description() {
            return "what was recorded";
        }

        @Override
        public Map<String, float[]> compute(
                ModelSpec spec, WeightSource tokenizer, WeightSource transformer, Pixels image, int[] labels) {
            assertEquals(model.spec(), spec);
            assertTrue(tokenizer.contains("quantize.embedding.weight") && transformer.contains("head.weight"));
            assertEquals(IMAGES, image);
            assertArrayEquals(new int[] {1, 2}, labels);
            return found;
        }
    }

    private List<TensorCheck> check(Path file) {
        return TrainingConformance.run(file, new Playback(), model, IMAGES, check -> {}, Cancellation.NEVER);
    }

    private Set<String> failures() {
        return failures(check(RECORDED));
    }

    private static Set<String> failures(List<TensorCheck> checks) {
        return checks.stream()
                .filter(check -> !check.holds())
                .map(TensorCheck::name)
                .collect(Collectors.toSet());
    }

    @Test
    void everyTensorIsComparedAndHolds() {
        List<TensorCheck> checks = check(RECORDED);
        assertEquals(Set.of(), failures(checks));
        Set<String> names = checks.stream().map(TensorCheck::name).collect(Collectors.toSet());
        assertEquals(found.keySet(), names);
        assertEquals(checks.size(), names.size());
        assertTrue(names.size() > 200, "all parameters: " + names.size());
    }

    @Test
    void oneChangedValueIsNoticed() throws IOException {
        Map<String, Float> changes = Map.of(
                "transformer.loss.1",
                5e-3f,
                "transformer.grad_norm.2",
                5e-3f,
                "tokenizer.l1",
                5e-4f,
                "tokenizer.l2",
                5e-4f,
                "tokenizer.vq_loss",
                2e-4f,
                "transformer.grad.blocks.1.attn.mat_qkv.weight",
                3e-2f,
                "tokenizer.grad.encoder.conv_in.weight",
                1e-2f,
                ZERO,
                2e-6f,
                "transformer.after_step1.head.weight",
                2e-4f,
                STEPPED,
                3e-3f);
        Path changed = folder.resolve("changed.safetensors");
        ChangedTensors.copy(RECORDED, changed, changes);
        assertEquals(changes.keySet(), failures(check(changed)));
    }

    @Test
    void gradientsAreMeasuredByTheNormOfTheirTensor() {
        scale(GRADIENT, 1.001f);
        scale("transformer.loss.0", 1.00005f);
        assertEquals(Set.of(), failures());
        scale(GRADIENT, 1.002f);
        scale("transformer.loss.0", 1.0001f);
        assertEquals(Set.of(GRADIENT, "transformer.loss.0"), failures());
        TensorCheck gradient = check(RECORDED).stream()
                .filter(check -> check.name().equals(GRADIENT))
                .findFirst()
                .orElseThrow();
        assertEquals(Measure.RELATIVE, gradient.measure());
        assertEquals(3e-3, gradient.relativeError(), 1e-5);
    }

    @Test
    void aGradientThatIsZeroButForRoundingMayBeAnyRounding() {
        scale(ZERO, -5);
        assertEquals(Set.of(), failures());
        found.get(ZERO)[3] = 1.1e-6f;
        assertEquals(Set.of(ZERO), failures());
    }

    /** The gradient of a class that no image shows is zero. */
    @Test
    void whereAdamFollowsASignAloneAParameterMayGoEitherWay() {
        int shown = 64; // label 1, a row of 64
        int unseen = 5 * 64;
        assertTrue(found.get(GRADIENT)[shown] != 0);
        assertEquals(0, found.get(GRADIENT)[unseen]);
        found.get(STEPPED)[shown] += 5e-5f;
        found.get(STEPPED)[unseen] += 1.9e-3f;
        assertEquals(Set.of(), failures());
        found.get(STEPPED)[unseen] += 0.2e-3f;
        assertEquals(Set.of(STEPPED), failures(), "further than two steps");
        found.get(STEPPED)[unseen] -= 2.1e-3f;
        assertEquals(Set.of(), failures());
        found.get(STEPPED)[shown] += 1e-4f;
        assertEquals(Set.of(STEPPED), failures());
    }

    @Test
    void whatIsMissingOrNoNumberFails() {
        Set<String> wrong = new HashSet<>();
        for (String name : List.of("tokenizer.l1", ZERO, STEPPED)) {
            found.remove(name);
            wrong.add(name);
        }
        for (String name : List.of("transformer.loss.2", GRADIENT, "transformer.after_step1.pos_start")) {
            found.get(name)[0] = Float.NaN;
            wrong.add(name);
        }
        assertEquals(wrong, failures());
        TensorCheck missing = check(RECORDED).stream()
                .filter(check -> check.name().equals(ZERO))
                .findFirst()
                .orElseThrow();
        assertEquals(Double.POSITIVE_INFINITY, missing.maxError());
    }

    @Test
    void aFileThatHoldsMoreThanCanBeComparedIsRefused() throws IOException {
        Path other = folder.resolve("other.safetensors");
        String text = new String(Files.readAllBytes(RECORDED), StandardCharsets.ISO_8859_1);
        assertTrue(text.contains("\"tokenizer.l1\""));
        Files.write(other, text.replace("\"tokenizer.l1\"", "\"tokenizer.l9\"").getBytes(StandardCharsets.ISO_8859_1));
        String said =
                assertThrows(InvalidInputException.class, () -> check(other)).getMessage();
        assertTrue(said.endsWith("nothing to compare with tokenizer.l9"), said);
        found.put("tokenizer.l2", new float[2]);
        assertThrows(InvalidInputException.class, () -> check(RECORDED));
    }

    private void scale(String name, float factor) {
        float[] values = found.get(name);
        for (int i = 0; i < values.length; i++) {
            values[i] *= factor;
        }
    }
}
