package org.nextscale.api.training;

import java.util.Map;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Computes what the reference vectors of training hold, so that the losses, gradients and optimizer steps of trainers can be
 * compared with the reference implementation's. Thread-safe.
 */
@ConsumerType
public interface TrainingReference extends Plugin {
    /**
     * Three steps of the transformer on the tokens of an image batch (no label drop, no drop-path; AdamW with learning rate
     * 1e-3, betas .9 .95, weight decay .05 by the recipe's groups, gradients clipped at 2; label smoothing .1 in the third),
     * and the tokenizer's losses and gradients for the same images.
     *
     * @param image {@code [batch, 3, height, width]} in [-1, 1]
     * @param labels one an image
     * @return by name: {@code transformer.loss.S}, {@code transformer.grad_norm.S} of step S, before clipping;
     *     {@code transformer.grad.NAME} of step 0 and {@code transformer.after_step1.NAME} behind it, NAME as in the state
     *     dict; {@code tokenizer.l1}, {@code tokenizer.l2}, {@code tokenizer.vq_loss}, {@code tokenizer.grad.NAME} of their
     *     sum. Row-major
     */
    Map<String, float[]> compute(
            ModelSpec spec, WeightSource tokenizer, WeightSource transformer, Pixels image, int[] labels);
}
