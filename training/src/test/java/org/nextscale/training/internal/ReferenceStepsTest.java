package org.nextscale.training.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nextscale.api.image.Pixels;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.model.ModelPackage;

/** What the program checks with {@code verify}, once without a program around it. */
class ReferenceStepsTest {
    private static final Path VECTORS =
            Path.of(System.getProperty("nextscale.root"), "reference-vectors", "shared-aln");

    /** Gradients relative to their tensor's norm; far above float32's rounding, far below any other formula's results. */
    private static final double TOLERANCE = 2e-3;

    /** Gradients that are 0 but for rounding. */
    private static final double NOTHING = 1e-6;

    @Test
    void lossesAndGradientsAreThoseOfTheReference() {
        List<Path> files = List.of(VECTORS.resolve("vae.pth"), VECTORS.resolve("var.pth"));
        try (ModelPackage model = ModelPackage.ofCheckpoints(files, Optional.of(VECTORS.resolve("config.json")));
                Checkpoint recorded = Checkpoint.open(VECTORS.resolve("expected.safetensors"));
                Checkpoint expected = Checkpoint.open(VECTORS.resolve("training.safetensors"))) {
            Map<String, float[]> found = new ReferenceSteps()
                    .compute(
                            model.spec(),
                            model.tokenizerWeights(),
                            model.transformerWeights(),
                            images(recorded.tensors()),
                            new int[] {1, 2});
            int compared = 0;
            for (StoredTensor each : expected.tensors().tensors()) {
                float[] wanted = values(expected.tensors(), each.name());
                double norm = norm(wanted, new float[wanted.length]);
                double distance = norm(wanted, found.get(each.name()));
                if (!each.name().contains("after_step1")) {
                    assertTrue(
                            distance <= Math.max(TOLERANCE * norm, NOTHING),
                            each.name() + ": " + distance + " of " + norm);
                    compared++;
                }
            }
            assertEquals(241, compared);
        }
    }

    private static Pixels images(TensorSource recorded) {
        List<Long> shape = recorded.tensor("image").shape();
        return new Pixels(
                shape.get(0).intValue(), shape.get(2).intValue(), shape.get(3).intValue(), values(recorded, "image"));
    }

    private static float[] values(TensorSource source, String name) {
        return source.read(
                name,
                source.tensor(name).shape().stream().mapToLong(Long::longValue).toArray());
    }

    private static double norm(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }
}
