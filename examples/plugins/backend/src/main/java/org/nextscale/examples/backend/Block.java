package org.nextscale.examples.backend;

import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TransformerTensors;

/** One block, the reference's {@code AdaLNSelfAttn}: attention, then an MLP, both modulated by the condition. Immutable. */
final class Block {
    private final Attention attention;
    private final Linear queriesKeysValues;
    private final Linear projection;
    private final Linear expand;
    private final Linear contract;

    Block(TransformerSpec spec, WeightSource weights, TransformerTensors.Block names) {
        int width = spec.width();
        attention = new Attention(spec, TransformerTensors.queryScales(spec, weights, names));
        queriesKeysValues = new Linear(
                width,
                3 * width,
                weights.read(names.queriesKeysValues(), 3 * width, width),
                TransformerTensors.queryKeyValueBias(spec, weights, names));
        projection = Linear.read(weights, names.projection(), width, width);
        expand = Linear.read(weights, names.expand(), width, spec.feedForward());
        contract = Linear.read(weights, names.contract(), spec.feedForward(), width);
    }

    /**
     * Runs the tokens of a scale.
     *
     * @param x the residual stream, {@code [tokens, width]}, which is changed
     * @param cache of all scales before, to which this one is added
     */
    void run(float[] x, Modulation modulation, KeyValueCache cache) {
        float[] normal = modulation.normalize(x, AdaLn.SCALE_ATTENTION, AdaLn.SHIFT_ATTENTION);
        float[] attended = attention.run(queriesKeysValues.apply(normal), cache);
        modulation.add(x, projection.apply(attended), AdaLn.GAMMA_ATTENTION);

        normal = modulation.normalize(x, AdaLn.SCALE_FEED_FORWARD, AdaLn.SHIFT_FEED_FORWARD);
        float[] hidden = Arithmetic.gelu(expand.apply(normal));
        modulation.add(x, contract.apply(hidden), AdaLn.GAMMA_FEED_FORWARD);
    }
}
