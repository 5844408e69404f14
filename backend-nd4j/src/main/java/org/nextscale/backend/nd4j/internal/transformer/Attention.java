package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.nd4j.internal.compute.Activations;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Matrix;
import org.nextscale.backend.nd4j.internal.compute.Reductions;
import org.nextscale.backend.nd4j.internal.compute.Worker;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * Self-attention of one block. Tokens see all tokens of their own and of coarser scales; with the scales taken one by one
 * that is the whole of the block-causal mask. Queries and keys are L2-normalized, or plain (VAR, appendix on stability).
 *
 * <p>A head of a sequence is one task: its scores stay in that core's cache from the first product to the second.
 */
final class Attention {
    /** Queries whose scores are held at a time. */
    private static final int QUERY_BLOCK = 256;
    /** PyTorch's F.normalize divides by at least this. */
    private static final float SMALLEST_NORM = 1e-12f;

    private final int width;
    private final int heads;
    private final int headSize;
    private final boolean normalized;
    private final ScalePyramid pyramid;

    Attention(TransformerSpec spec) {
        width = spec.width();
        heads = spec.heads();
        headSize = spec.headSize();
        normalized = spec.l2NormAttention();
        pyramid = spec.pyramid();
    }

    /**
     * @param queryKeyValue {@code [sequences · tokens, 3, heads, head size]}
     * @param output {@code [sequences · tokens, heads, head size]}
     * @param cache gets the keys and values of these tokens; holds those of the scales before
     * @param queryScale factor of every head's queries
     */
    void run(
            Workers workers,
            Floats queryKeyValue,
            Floats output,
            KeyValueCache cache,
            float[] queryScale,
            int block,
            int sequences,
            int firstScale,
            int endScale) {
        int firstToken = pyramid.begin(firstScale);
        int tokens = pyramid.begin(endScale) - firstToken;
        FloatBuffer source = queryKeyValue.buffer();
        workers.run(sequences * heads, (worker, part) -> {
            int sequence = part / heads;
            int head = part % heads;
            // Queries and, behind them, the scores of one block of queries.
            long queries = (long) tokens * headSize;
            Floats scratch = worker.scratch(queries + (long) QUERY_BLOCK * pyramid.begin(endScale));
            FloatBuffer query = scratch.slice(0, queries).buffer();
            float[] row = worker.array(0, headSize);
            for (int t = 0; t < tokens; t++) {
                int from = (sequence * tokens + t) * 3 * width + head * headSize;
                source.get(from, row, 0, headSize);
                scale(row, normalized ? queryScale[head] / norm(row) : queryScale[head]);
                query.put(t * headSize, row, 0, headSize);
                source.get(from + width, row, 0, headSize);
                if (normalized) {
                    scale(row, 1f / norm(row));
                }
                cache.putKey(block, sequence, head, firstToken + t, row);
                source.get(from + 2 * width, row, 0, headSize);
                cache.putValue(block, sequence, head, firstToken + t, row);
            }
            for (int scale = firstScale; scale < endScale; scale++) {
                int visible = pyramid.begin(scale + 1);
                Matrix keys = cache.keys(block, sequence, head, visible);
                Matrix values = cache.values(block, sequence, head, visible);
                int begin = pyramid.begin(scale) - firstToken;
                int end = visible - firstToken;
                for (int t = begin; t < end; t += QUERY_BLOCK) {
                    int count = Math.min(QUERY_BLOCK, end - t);
                    long out = (long) (sequence * tokens + t) * width + (long) head * headSize;
                    attend(
                            worker,
                            Matrix.dense(scratch, (long) t * headSize, count, headSize),
                            keys,
                            values,
                            Matrix.dense(scratch, queries, count, visible),
                            new Matrix(output, out, count, headSize, width));
                }
            }
        });
    }

    private static void attend(
            Worker worker, Matrix queries, Matrix keys, Matrix values, Matrix scores, Matrix output) {
        worker.operations().multiplyTransposed(queries, keys, scores);
        int visible = scores.columns();
        FloatBuffer buffer = scores.memory()
                .slice(scores.offset(), (long) scores.rows() * visible)
                .buffer();
        float[] row = worker.array(1, visible);
        for (int i = 0; i < scores.rows(); i++) {
            buffer.get(i * visible, row, 0, visible);
            Activations.softmax(worker, row, visible, 1f);
            buffer.put(i * visible, row, 0, visible);
        }
        worker.operations().multiply(scores, values, output);
    }

    private float norm(float[] row) {
        return Math.max((float) Math.sqrt(Reductions.squares(row, 0, headSize, 0f)), SMALLEST_NORM);
    }

    private void scale(float[] row, float factor) {
        for (int i = 0; i < headSize; i++) {
            row[i] *= factor;
        }
    }
}
