package org.nextscale.backend.nd4j.internal.transformer;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.nd4j.internal.compute.Activations;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.support.AdaLn;

/**
 * Everything that depends on the labels of a batch alone: the AdaLN outputs of all blocks and of the head. They are the
 * same at every scale, so they are computed once, and once for equal labels. Immutable.
 */
final class AdaLnVectors {
    private final int width;
    /** Row of each sequence in the tables below. */
    private final int[] rows;

    private final int[] labels;
    /** For every block {@code [distinct labels, 6, width]}. */
    private final float[][] blocks;
    /** {@code [distinct labels, 2, width]}. */
    private final float[] head;

    /**
     * @param labels label of every sequence
     */
    AdaLnVectors(TransformerSpec spec, TransformerWeights weights, Workers workers, int[] labels) {
        this.width = spec.width();
        this.labels = labels.clone();
        Map<Integer, Integer> distinct = new LinkedHashMap<>();
        rows = new int[labels.length];
        for (int i = 0; i < labels.length; i++) {
            rows[i] = distinct.computeIfAbsent(labels[i], label -> distinct.size());
        }
        try (NativeMemory memory = new NativeMemory()) {
            int count = distinct.size();
            Floats activated = memory.allocate((long) count * width);
            Floats output = memory.allocate((long) count * AdaLn.BLOCK_VECTORS * width);
            workers.run(1, (worker, part) -> {
                float[] embedding = new float[width];
                distinct.forEach((label, row) -> {
                    System.arraycopy(weights.classEmbedding, label * width, embedding, 0, width);
                    Activations.silu(worker, embedding, width);
                    activated.buffer().put(row * width, embedding);
                });
            });
            blocks = new float[spec.depth()][];
            float[] shared = weights.sharedAdaLn == null
                    ? null
                    : compute(weights.sharedAdaLn, workers, activated, count, output);
            for (int i = 0; i < blocks.length; i++) {
                TransformerWeights.Block block = weights.blocks.get(i);
                blocks[i] = shared == null
                        ? compute(block.adaLn(), workers, activated, count, output)
                        : plus(shared, block.adaLnOffset());
            }
            head = compute(weights.headAdaLn, workers, activated, count, output);
        }
    }

    private static float[] compute(Linear linear, Workers workers, Floats input, int count, Floats output) {
        linear.apply(workers, input, count, output, Linear.Epilogue.NONE);
        float[] values = new float[count * linear.outputs()];
        output.slice(0, values.length).buffer().get(values);
        return values;
    }

    private static float[] plus(float[] shared, float[] offset) {
        float[] sum = shared.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += offset[i % offset.length];
        }
        return sum;
    }

    int label(int sequence) {
        return labels[sequence];
    }

    /** The six vectors of a block for every distinct label; see {@link #blockVector}. */
    float[] block(int block) {
        return blocks[block];
    }

    /** Where in {@link #block} a sequence's vector begins. */
    int blockVector(int sequence, int vector) {
        return (rows[sequence] * AdaLn.BLOCK_VECTORS + vector) * width;
    }

    /** Scale and shift of the head; see {@link #headVector}. */
    float[] head() {
        return head;
    }

    int headVector(int sequence, int vector) {
        return (rows[sequence] * AdaLn.HEAD_VECTORS + vector) * width;
    }
}
