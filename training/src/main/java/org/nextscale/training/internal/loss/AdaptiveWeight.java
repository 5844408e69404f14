package org.nextscale.training.internal.loss;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * How much the adversarial loss counts, so that it pulls at the decoder about as hard as the reconstruction does: the ratio of
 * the norms of their gradients at the decoder's last layer (Esser et al., VQGAN, equation 7).
 */
public final class AdaptiveWeight {
    /** Keeps the ratio finite where the adversary says nothing. */
    private static final double DELTA = 1e-4;

    private static final double LARGEST = 1e4;

    private AdaptiveWeight() {}

    /**
     * The weight, a constant as far as gradients go. The graphs of both losses can still be walked back afterwards.
     *
     * @param lastLayer the weight of the decoder's last layer; its own gradient is left as it is
     * @return in 0..1e4; NaN if a gradient is no number
     */
    public static double of(Tensor reconstructionLoss, Tensor adversarialLoss, Tensor lastLayer) {
        try (PointerScope scope = new PointerScope()) {
            double ratio = norm(reconstructionLoss, lastLayer) / (norm(adversarialLoss, lastLayer) + DELTA);
            return Math.max(0, Math.min(LARGEST, ratio));
        }
    }

    private static double norm(Tensor loss, Tensor weight) {
        TensorVector gradients = torch.grad(
                new TensorVector(loss),
                new TensorVector(weight),
                new TensorVector(),
                new BoolOptional(true),
                false,
                false);
        return gradients.get(0).norm().item_double();
    }
}
