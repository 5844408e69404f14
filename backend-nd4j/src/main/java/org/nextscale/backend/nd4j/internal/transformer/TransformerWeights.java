package org.nextscale.backend.nd4j.internal.transformer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.support.AdaLn;
import org.nextscale.backend.support.TransformerTensors;

/**
 * All parameters of a transformer, by the names of the published checkpoints. Matrices lie in native memory, vectors and
 * embedding tables, which only Java reads, on the heap; each exists once. Immutable.
 */
final class TransformerWeights {
    /**
     * One block.
     *
     * @param adaLn {@code width → 6·width}; {@code null} where it is shared
     * @param adaLnOffset {@code [6·width]}, added to the shared AdaLN's output; {@code null} where it is not shared
     * @param queryScale factor of every head's queries
     */
    record Block(
            Linear queryKeyValue,
            Linear projection,
            Linear expand,
            Linear contract,
            float[] queryScale,
            Linear adaLn,
            float[] adaLnOffset) {}

    /** {@code [classes + 1, width]}. */
    final float[] classEmbedding;
    /** {@code [first tokens, width]}. */
    final float[] startPosition;
    /** Position plus level embedding, {@code [all tokens, width]}. */
    final float[] position;

    final Linear wordEmbedding;
    final List<Block> blocks;
    /** {@code width → 6·width} for all blocks; {@code null} where each has its own. */
    final Linear sharedAdaLn;

    final Linear headAdaLn;
    final Linear head;

    TransformerWeights(TransformerSpec spec, WeightSource source, NativeMemory memory, Workers workers) {
        TransformerTensors.require(spec, source);
        Loader loader = new Loader(source, memory, workers);
        int width = spec.width();
        classEmbedding = source.read(TransformerTensors.CLASS_EMBEDDING, spec.classes() + 1, width);
        startPosition =
                source.read(TransformerTensors.START_POSITION, 1, spec.pyramid().tokens(0), width);
        position = TransformerTensors.positions(spec, source);
        wordEmbedding = loader.linear(TransformerTensors.WORD_EMBEDDING, spec.latentChannels(), width);
        sharedAdaLn = spec.sharedAdaLn()
                ? loader.linear(TransformerTensors.SHARED_ADA_LN, width, AdaLn.BLOCK_VECTORS * width)
                : null;
        blocks = new ArrayList<>();
        for (int i = 0; i < spec.depth(); i++) {
            blocks.add(loader.block(spec, TransformerTensors.block(i)));
        }
        headAdaLn = loader.linear(TransformerTensors.HEAD_ADA_LN, width, AdaLn.HEAD_VECTORS * width);
        head = loader.linear(TransformerTensors.HEAD, width, spec.vocabularySize());
    }

    private record Loader(WeightSource source, NativeMemory memory, Workers workers) {
        Linear linear(String name, int inputs, int outputs) {
            float[] bias = source.read(TransformerTensors.bias(name), outputs);
            return linear(TransformerTensors.weight(name), inputs, outputs, bias);
        }

        Linear linear(String weight, int inputs, int outputs, float[] bias) {
            return Linear.load(source, weight, 0, inputs, outputs, bias, memory, workers);
        }

        Block block(TransformerSpec spec, TransformerTensors.Block names) {
            int width = spec.width();
            boolean shared = spec.sharedAdaLn();
            float[] bias = TransformerTensors.queryKeyValueBias(spec, source, names);
            return new Block(
                    linear(names.queriesKeysValues(), width, 3 * width, bias),
                    linear(names.projection(), width, width),
                    linear(names.expand(), width, spec.feedForward()),
                    linear(names.contract(), spec.feedForward(), width),
                    floats(TransformerTensors.queryScales(spec, source, names)),
                    shared ? null : linear(names.adaLn(), width, AdaLn.BLOCK_VECTORS * width),
                    shared ? source.read(names.adaLnOffset(), 1, 1, AdaLn.BLOCK_VECTORS, width) : null);
        }

        private static float[] floats(double[] values) {
            float[] rounded = new float[values.length];
            for (int i = 0; i < rounded.length; i++) {
                rounded[i] = (float) values[i];
            }
            return rounded;
        }
    }
}
