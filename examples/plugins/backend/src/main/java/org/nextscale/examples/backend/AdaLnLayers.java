package org.nextscale.examples.backend;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TransformerTensors;

/**
 * From a condition's embedding to what it does in every block: a linear layer a block, or one for all blocks and an offset
 * each, as in d36. Immutable.
 */
final class AdaLnLayers {
    private final int width;
    /** One a block, or a single one. */
    private final List<Linear> layers = new ArrayList<>();
    /** {@code [6, width]} a block; none where each has a layer of its own. */
    private final List<float[]> offsets = new ArrayList<>();

    private final Linear head;

    /** What a condition does. */
    record Modulations(List<Modulation> blocks, Modulation head) {}

    AdaLnLayers(TransformerSpec spec, WeightSource weights) {
        width = spec.width();
        int vectors = AdaLn.BLOCK_VECTORS;
        if (spec.sharedAdaLn()) {
            layers.add(Linear.read(weights, TransformerTensors.SHARED_ADA_LN, width, vectors * width));
        }
        for (int i = 0; i < spec.depth(); i++) {
            TransformerTensors.Block names = TransformerTensors.block(i);
            if (spec.sharedAdaLn()) {
                offsets.add(weights.read(names.adaLnOffset(), 1, 1, vectors, width));
            } else {
                layers.add(Linear.read(weights, names.adaLn(), width, vectors * width));
            }
        }
        head = Linear.read(weights, TransformerTensors.HEAD_ADA_LN, width, AdaLn.HEAD_VECTORS * width);
    }

    /** @param at where the condition's embedding begins */
    Modulations modulations(float[] embeddings, int at) {
        float[] activated = Arithmetic.silu(Arrays.copyOfRange(embeddings, at, at + width));
        List<float[]> vectors =
                layers.stream().map(layer -> layer.apply(activated)).toList();
        List<float[]> ofBlocks = offsets.isEmpty()
                ? vectors
                : offsets.stream().map(offset -> sum(offset, vectors.get(0))).toList();
        return new Modulations(
                ofBlocks.stream().map(each -> new Modulation(each, width)).toList(),
                new Modulation(head.apply(activated), width));
    }

    private static float[] sum(float[] first, float[] second) {
        float[] sum = first.clone();
        Arithmetic.addScaled(sum, 0, 1, second, 0, sum.length);
        return sum;
    }
}
