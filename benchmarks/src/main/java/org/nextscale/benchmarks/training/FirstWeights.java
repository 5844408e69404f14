package org.nextscale.benchmarks.training;

import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.support.TensorShape;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.model.making.RandomInitialization;

/**
 * Random weights that make losses tell: a training begins with gammas and a head near 0, so that the loss is that of even
 * chances whatever the blocks compute. Here gammas are about 1, and logits as spread as trained ones.
 */
final class FirstWeights {
    private static final float HEAD = 200;
    private static final long SEED = 1;

    private final int width;
    private final RandomInitialization random;

    FirstWeights(TransformerSpec spec) {
        width = spec.width();
        random = new RandomInitialization(spec.width(), spec.depth(), RandomInitialization.GAMMA, SEED);
    }

    /** The same values at every call. */
    TensorValues of(TensorShape tensor) {
        TensorValues values = random.transformer(tensor);
        if (tensor.name().startsWith("blocks.") && tensor.name().endsWith("ada_lin.1.bias")) {
            return (first, target) -> {
                while (target.hasRemaining()) {
                    target.put(first++ < 2L * width ? 1 : 0);
                }
            };
        }
        if (tensor.name().equals("head.weight")) {
            return (first, target) -> {
                int from = target.position();
                values.read(first, target);
                for (int i = from; i < target.position(); i++) {
                    target.put(i, target.get(i) * HEAD);
                }
            };
        }
        return values;
    }
}
