package org.nextscale.api.backend;

import java.nio.FloatBuffer;

/**
 * A read-only view of scores over the vocabulary, {@code [batch, tokens, vocabulary]} in float32, on memory that belongs
 * to whoever returned it.
 */
public final class Logits {
    private final FloatBuffer values;
    private final int batch;
    private final int tokens;
    private final int vocabulary;

    /**
     * @param values {@code batch · tokens · vocabulary} scores, row-major, from position to limit
     */
    public Logits(FloatBuffer values, int batch, int tokens, int vocabulary) {
        if (values.remaining() != (long) batch * tokens * vocabulary) {
            throw new IllegalArgumentException(
                    values.remaining() + " values are not [" + batch + ", " + tokens + ", " + vocabulary + "]");
        }
        this.values = values.slice().asReadOnlyBuffer();
        this.batch = batch;
        this.tokens = tokens;
        this.vocabulary = vocabulary;
    }

    public int batch() {
        return batch;
    }

    public int tokens() {
        return tokens;
    }

    public int vocabulary() {
        return vocabulary;
    }

    /** Copies the scores of one token of one image; {@code target} has at least {@link #vocabulary()} elements. */
    public void copyRow(int image, int token, float[] target) {
        if (token < 0 || token >= tokens || image < 0 || image >= batch) {
            throw new IndexOutOfBoundsException(
                    "image " + image + ", token " + token + " of [" + batch + ", " + tokens + "]");
        }
        values.get((image * tokens + token) * vocabulary, target, 0, vocabulary);
    }
}
