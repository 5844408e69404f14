package org.nextscale.training.internal.tokenizer;

import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.training.internal.loop.StateTensor;
import org.nextscale.training.internal.loss.AdaptiveWeight;
import org.nextscale.training.internal.loss.HingeLoss;
import org.nextscale.training.internal.loss.PatchDiscriminator;
import org.nextscale.training.internal.optimizer.AdamW;
import org.nextscale.training.internal.torch.Ops;
import org.nextscale.training.internal.torch.Placement;

/** The discriminator in training beside a tokenizer: it joins when the tokenizer makes something. For one thread. */
final class Adversary implements AutoCloseable {
    private final double weight;
    private final long firstStep;
    private final PatchDiscriminator discriminator;
    private final AdamW optimizer;

    /**
     * @param steps of the run
     * @param placement where the images are
     */
    Adversary(TokenizerSettings settings, long steps, Placement placement) {
        weight = settings.number("adversarial");
        firstStep = Math.round(settings.number("adversarial-start") * steps);
        discriminator = new PatchDiscriminator(
                settings.integer("discriminator-channels"),
                settings.integer("discriminator-layers"),
                settings.run().seed(),
                placement);
        optimizer = new AdamW(
                discriminator.weights(),
                settings.number("beta1"),
                settings.number("beta2"),
                settings.number("weight-decay"));
    }

    /**
     * What the tokenizer is to minimize besides the reconstruction.
     *
     * @param reconstruction all losses of the difference between images
     * @param lastLayer weight of the decoder's last layer
     * @return a scalar; {@code null} before the adversary joins
     */
    Tensor loss(long step, Tensor made, Tensor reconstruction, Tensor lastLayer, Map<String, Double> values) {
        if (step < firstStep) {
            return null;
        }
        Tensor loss = HingeLoss.ofGenerator(discriminator.score(made));
        double balance = AdaptiveWeight.of(reconstruction, loss, lastLayer);
        values.put("adversarial-loss", loss.item_double());
        values.put("adversarial-weight", balance);
        return Ops.mul(loss, weight * balance);
    }

    /** A step of the discriminator's own, behind the tokenizer's. */
    void step(long step, Tensor made, Tensor pixels, double learningRate, Map<String, Double> values) {
        if (step < firstStep) {
            return;
        }
        try (PointerScope scope = new PointerScope()) {
            // Also those that the tokenizer's step left behind.
            discriminator.weights().clearGradients();
            Tensor loss = HingeLoss.ofDiscriminator(discriminator.score(pixels), discriminator.score(made.detach()));
            loss.backward();
            values.put("discriminator-loss", loss.item_double());
            optimizer.step(step - firstStep, learningRate);
        }
    }

    List<StateTensor> state() {
        return StateTensor.of("discriminator", discriminator.weights(), optimizer, null);
    }

    @Override
    public void close() {
        optimizer.close();
        discriminator.close();
    }
}
