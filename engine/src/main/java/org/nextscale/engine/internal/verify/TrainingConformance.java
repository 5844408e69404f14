package org.nextscale.engine.internal.verify;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Model;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.training.TrainingReference;
import org.nextscale.api.verify.TensorCheck;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.tensor.StoredTensor;

/**
 * Compares losses, gradients and a step of the optimizer with what the reference implementation computed: every tensor of
 * {@code training.safetensors}. One that the implementation does not give fails.
 */
final class TrainingConformance {
    static final String FILE = "training.safetensors";

    /** Losses and norms of gradients, relative. */
    private static final double LOSS = 1e-4;
    /** Gradients, relative to the norm of their tensor. */
    private static final double GRADIENT = 2e-3;
    /** Parameters after a step, absolute. */
    private static final double PARAMETER = 1e-4;
    /**
     * Below it a gradient is the rounding of a sum that is zero in exact arithmetic: that of a bias whose effect a norm of
     * one channel a group takes out again, 1e-8 in the reference. Adam's first step depends on its sign alone.
     */
    private static final double ZERO_GRADIENT = 1e-6;
    /** How far two first steps of Adam can lie apart that follow the sign alone: twice the learning rate. */
    private static final double TWO_STEPS = 2e-3;

    /** The labels of the recorded steps; the images are those of {@code expected.safetensors}. */
    private static final int[] LABELS = {1, 2};

    private static final String GRADIENT_OF = "transformer.grad.";
    private static final String STEPPED = "transformer.after_step1.";

    private final Comparison comparison;
    private final Map<String, float[]> found;

    private TrainingConformance(Comparison comparison, Map<String, float[]> found) {
        this.comparison = comparison;
        this.found = found;
    }

    static List<TensorCheck> run(
            Path file,
            TrainingReference reference,
            Model model,
            Pixels images,
            Consumer<TensorCheck> onCheck,
            Cancellation cancellation) {
        if (images.batch() != LABELS.length) {
            throw new InvalidInputException(file + " is of " + LABELS.length + " images, image has " + images.batch());
        }
        try (Checkpoint expected = Checkpoint.open(file)) {
            Map<String, float[]> found = reference.compute(
                    model.spec(), model.tokenizerWeights(), model.transformerWeights(), images, LABELS.clone());
            Comparison comparison = new Comparison(expected.tensors(), onCheck, cancellation);
            TrainingConformance conformance = new TrainingConformance(comparison, found);
            expected.tensors().tensors().stream().map(StoredTensor::name).forEach(conformance::check);
            return comparison.finish();
        }
    }

    /** Leaves alone what it does not know: {@link Comparison#finish} says that. */
    private void check(String name) {
        if (name.startsWith(STEPPED)) {
            checkParameter(name);
        } else if (name.matches("(transformer|tokenizer)\\.grad\\..+")) {
            checkGradient(name);
        } else if (name.matches("transformer\\.(loss|grad_norm)\\.\\d+|tokenizer\\.(l1|l2|vq_loss)")) {
            comparison.closeInNorm(name, found.get(name), LOSS);
        }
    }

    private void checkGradient(String name) {
        boolean zero = true;
        for (float value : comparison.recorded(name)) {
            zero &= Math.abs(value) < ZERO_GRADIENT;
        }
        if (zero) {
            comparison.close(name, found.get(name), ZERO_GRADIENT);
        } else {
            comparison.closeInNorm(name, found.get(name), GRADIENT);
        }
    }

    private void checkParameter(String name) {
        float[] gradient = comparison.recorded(GRADIENT_OF + name.substring(STEPPED.length()));
        comparison.close(name, found.get(name), i -> Math.abs(gradient[i]) >= ZERO_GRADIENT, PARAMETER, TWO_STEPS);
    }
}
