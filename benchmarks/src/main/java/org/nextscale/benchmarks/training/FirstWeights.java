package org.nextscale.benchmarks.training;

import org.nextscale.api.model.TransformerSpec;
import org.nextscale.engine.checkpoint.TensorValues;
import org.nextscale.engine.model.ExpectedTensor;
import org.nextscale.engine.model.RandomInitialisation;

/**
 * Random weights that make losses tell: a training begins with gammas and a head near 0, so that the loss is that of even
 * chances whatever the blocks compute. Here gammas are about 1, and logits as spread as trained ones.
 */
final class FirstWeights {
    private static final float HEAD = 200;
    private static final long SEED = 1;

    private final int width;
    private final RandomInitialisation random;

    FirstWeights(TransformerSpec spec) {
        width = spec.width();
        random = new RandomInitialisation(spec.width(), spec.depth(), RandomInitialisation.GAMMA, SEED);
    }

    /** The same values at every call. */
    TensorValues of(ExpectedTensor tensor) {
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
