package org.nextscale.examples.backend;

import java.util.stream.IntStream;
import org.nextscale.api.model.TransformerSpec;

/**
 * Attention of a scale's tokens to each other and to all of the scales before. There is no mask: what a token must not see is
 * not in the cache yet. Immutable.
 */
final class Attention {
    /** Of PyTorch's {@code normalize}. */
    private static final float SMALLEST_NORM = 1e-12f;

    private final int width;
    private final int heads;
    private final int headSize;
    private final boolean normalizes;
    private final double[] queryScales;

    /** @param queryScales what the products of each head are multiplied by */
    Attention(TransformerSpec spec, double[] queryScales) {
        width = spec.width();
        heads = spec.heads();
        headSize = spec.headSize();
        normalizes = spec.l2NormAttention();
        this.queryScales = queryScales;
    }

    /**
     * Lets the tokens attend.
     *
     * @param queriesKeysValues {@code [tokens, 3 · width]}, which is changed
     * @return {@code [tokens, width]}
     */
    float[] run(float[] queriesKeysValues, KeyValueCache cache) {
        int tokens = queriesKeysValues.length / (3 * width);
        for (int token = 0; token < tokens; token++) {
            for (int head = 0; head < heads; head++) {
                int query = token * 3 * width + head * headSize;
                scale(queriesKeysValues, query, queryScales[head]);
                scale(queriesKeysValues, query + width, 1);
            }
        }
        cache.add(queriesKeysValues);
        float[] attended = new float[tokens * width];
        IntStream.range(0, tokens * heads).parallel().forEach(i -> {
            int token = i / heads;
            int offset = i % heads * headSize;
            attend(queriesKeysValues, token * 3 * width + offset, cache, offset, attended, token * width + offset);
        });
        return attended;
    }

    /** Brings a head's vector to this length, if vectors are normalized; otherwise multiplies it. */
    private void scale(float[] values, int at, double length) {
        double norm =
                normalizes ? Math.max(SMALLEST_NORM, Math.sqrt(Arithmetic.dot(values, at, values, at, headSize))) : 1;
        for (int i = 0; i < headSize; i++) {
            values[at + i] *= (float) (length / norm);
        }
    }

    /** One token and one head. */
    private void attend(float[] queries, int query, KeyValueCache cache, int offset, float[] attended, int to) {
        float[] weights = new float[cache.tokens()];
        for (int token = 0; token < weights.length; token++) {
            weights[token] = Arithmetic.dot(queries, query, cache.keys(), token * width + offset, headSize);
        }
        Arithmetic.softmax(weights);
        for (int token = 0; token < weights.length; token++) {
            Arithmetic.addScaled(attended, to, weights[token], cache.values(), token * width + offset, headSize);
        }
    }
}
