package org.nextscale.backend.nd4j.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.nd4j.internal.compute.Activations;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.LayerNorm;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.support.AdaLn;

/**
 * The transformer's forward pass over the tokens of one scale, or of all scales at once, with the memory it needs. Rows
 * are tokens: row {@code s · tokens + t} is token t of sequence s.
 *
 * <p>Elementwise work sits in the epilogues of the products, on the thread and in the cache where their results are.
 */
final class TransformerPass {
    private final TransformerSpec spec;
    private final TransformerWeights weights;
    private final Workers workers;
    private final Attention attention;

    /** Input of every product: {@code [rows, width]}; the attention's output too. */
    private final Floats narrow;
    /** Output of the wide products: {@code [rows, 3·width | feed-forward | vocabulary]}. */
    private final Floats wide;
    /** Feature vectors that scales start from, {@code [rows, z]}. */
    private final Floats latent;

    private final FloatBuffer narrowBuffer;
    private final FloatBuffer latentBuffer;
    /** The residual stream, {@code [rows, width]}; only Java touches it. */
    private final float[] residual;

    /**
     * @param sequences most sequences that will run together
     * @param tokens most tokens a sequence has in one pass
     */
    TransformerPass(
            TransformerSpec spec,
            TransformerWeights weights,
            Workers workers,
            NativeMemory memory,
            int sequences,
            int tokens) {
        this.spec = spec;
        this.weights = weights;
        this.workers = workers;
        attention = new Attention(spec);
        long rows = (long) sequences * tokens;
        int width = spec.width();
        narrow = memory.allocate(rows * width);
        wide = memory.allocate(rows * Math.max(Math.max(3 * width, spec.feedForward()), spec.vocabularySize()));
        latent = memory.allocate(rows * spec.latentChannels());
        narrowBuffer = narrow.buffer();
        latentBuffer = latent.buffer();
        residual = new float[Math.toIntExact(rows * width)];
    }

    /**
     * Where logits go: sequence s begins at {@code offset(s)} of {@code target(s)}.
     */
    interface LogitsTarget {
        float[] target(int sequence);

        int offset(int sequence);
    }

    /**
     * Runs scales {@code firstScale} to {@code endScale − 1} for all sequences.
     *
     * @param sequences how many sequences run, at most as many as {@code conditions} has
     * @param input {@code [images, tokens without those of scale 0, z]}; sequence s starts from image
     *     {@code s mod images}
     */
    void run(
            AdaLnVectors conditions,
            KeyValueCache cache,
            int sequences,
            int firstScale,
            int endScale,
            float[] input,
            int images,
            LogitsTarget logits) {
        int tokens = spec.pyramid().begin(endScale) - spec.pyramid().begin(firstScale);
        int rows = sequences * tokens;
        embed(conditions, sequences, firstScale, tokens, input, images);
        for (int i = 0; i < spec.depth(); i++) {
            TransformerWeights.Block block = weights.blocks.get(i);
            float[] vectors = conditions.block(i);
            normalize(
                    rows,
                    tokens,
                    vectors,
                    s -> conditions.blockVector(s, AdaLn.SCALE_ATTENTION),
                    s -> conditions.blockVector(s, AdaLn.SHIFT_ATTENTION));
            block.queryKeyValue().apply(workers, narrow, rows, wide, Linear.Epilogue.NONE);
            attention.run(workers, wide, narrow, cache, block.queryScale(), i, sequences, firstScale, endScale);
            add(block.projection(), narrow, wide, rows, tokens, conditions, vectors, AdaLn.GAMMA_ATTENTION);
            normalize(
                    rows,
                    tokens,
                    vectors,
                    s -> conditions.blockVector(s, AdaLn.SCALE_FEED_FORWARD),
                    s -> conditions.blockVector(s, AdaLn.SHIFT_FEED_FORWARD));
            block.expand().apply(workers, narrow, rows, wide, (worker, values, row, column, count) -> {
                Activations.gelu(worker, values, count);
                return true;
            });
            add(block.contract(), wide, narrow, rows, tokens, conditions, vectors, AdaLn.GAMMA_FEED_FORWARD);
        }
        normalize(rows, tokens, conditions.head(), s -> conditions.headVector(s, 0), s -> conditions.headVector(s, 1));
        weights.head.apply(workers, narrow, rows, wide, (worker, values, row, column, count) -> {
            int sequence = row / tokens;
            int offset = logits.offset(sequence) + row % tokens * spec.vocabularySize() + column;
            System.arraycopy(values, 0, logits.target(sequence), offset, count);
            return false;
        });
    }

    /** Fills the residual stream: class and start position at scale 0, embedded feature vectors at later scales. */
    private void embed(AdaLnVectors conditions, int sequences, int firstScale, int tokens, float[] input, int images) {
        ScalePyramid pyramid = spec.pyramid();
        int width = spec.width();
        int firstToken = pyramid.begin(firstScale);
        int started = firstScale == 0 ? pyramid.tokens(0) : 0;
        int embedded = tokens - started;
        for (int s = 0; s < sequences; s++) {
            for (int t = 0; t < started; t++) {
                int to = (s * tokens + t) * width;
                int label = conditions.label(s) * width;
                for (int i = 0; i < width; i++) {
                    residual[to + i] = weights.classEmbedding[label + i]
                            + weights.startPosition[t * width + i]
                            + weights.position[t * width + i];
                }
            }
        }
        if (embedded == 0) {
            return;
        }
        latentBuffer.put(0, input, 0, images * embedded * spec.latentChannels());
        weights.wordEmbedding.apply(
                workers, latent, images * embedded, narrow, (worker, values, row, column, count) -> {
                    int token = started + row % embedded;
                    int position = (firstToken + token) * width + column;
                    for (int i = 0; i < count; i++) {
                        values[i] += weights.position[position + i];
                    }
                    for (int s = row / embedded; s < sequences; s += images) {
                        System.arraycopy(values, 0, residual, (s * tokens + token) * width + column, count);
                    }
                    return false;
                });
    }

    /** Index of a vector for a sequence. */
    private interface VectorIndex {
        int of(int sequence);
    }

    /** {@code narrow = LN(residual)·(1 + scale) + shift}. */
    private void normalize(int rows, int tokens, float[] vectors, VectorIndex scale, VectorIndex shift) {
        int width = spec.width();
        int chunk = Math.max(1, Math.min(16, rows / workers.size()));
        workers.run((rows + chunk - 1) / chunk, (worker, part) -> {
            float[] row = worker.array(0, width);
            for (int r = part * chunk; r < Math.min(rows, (part + 1) * chunk); r++) {
                int sequence = r / tokens;
                LayerNorm.modulate(
                        residual,
                        r * width,
                        width,
                        TokenizerSpec.NORM_EPSILON,
                        vectors,
                        scale.of(sequence),
                        shift.of(sequence),
                        row);
                narrowBuffer.put(r * width, row, 0, width);
            }
        });
    }

    /** {@code residual += linear(x)·gamma}. */
    private void add(
            Linear linear,
            Floats x,
            Floats scratch,
            int rows,
            int tokens,
            AdaLnVectors conditions,
            float[] vectors,
            int gammaVector) {
        int width = spec.width();
        linear.apply(workers, x, rows, scratch, (worker, values, row, column, count) -> {
            int gamma = conditions.blockVector(row / tokens, gammaVector) + column;
            int to = row * width + column;
            for (int i = 0; i < count; i++) {
                residual[to + i] += values[i] * vectors[gamma + i];
            }
            return false;
        });
    }
}
