package org.nextscale.training.internal.loss;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** A network whose weights stay as they are, for what it makes of images. For one thread. */
interface FrozenNetwork extends AutoCloseable {

    /**
     * Looks at images; gradients flow back to them.
     *
     * @param images {@code [batch, 3, height, width]} in [-1, 1]
     * @return features of one or more layers, {@code [batch, channels, …]}
     */
    List<Tensor> features(Tensor images);

    /** How much a channel of features counts, {@code [1, channels, 1, 1]}; null if all count 1. */
    Tensor importance(int layer);

    @Override
    void close();
}
