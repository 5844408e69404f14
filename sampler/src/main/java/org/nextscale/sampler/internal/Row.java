package org.nextscale.sampler.internal;

import java.util.stream.IntStream;
import org.nextscale.api.sampling.RandomStream;

/**
 * One token's scores while it is being sampled: where they lie, which codes are still candidates and how likely those are.
 * Moved from token to token, so that sampling allocates nothing a token. For one thread.
 */
final class Row {
    /** Tokens that one thread takes at a time. */
    private static final int TOGETHER = 16;

    private static final float SLACK = 1.00001f;

    private final int length;
    private final float[] scratch;
    private final float[] probabilities;
    private final int[] candidates;
    private int offset;
    private int count;
    private float maximum;

    /** @param length size of the vocabulary */
    private Row(int length) {
        this.length = length;
        scratch = new float[length];
        probabilities = new float[length];
        candidates = new int[length];
    }

    /** What is done with a token's row. */
    interface Work {
        void run(int token, Row row);
    }

    /** Does something for every token of a scale, several at a time on the common pool if they are many. */
    static void forEach(int tokens, int vocabulary, Work work) {
        if (tokens < TOGETHER) {
            forEach(0, tokens, vocabulary, work);
        } else {
            IntStream.range(0, (tokens + TOGETHER - 1) / TOGETHER)
                    .parallel()
                    .forEach(i -> forEach(i * TOGETHER, Math.min(tokens, (i + 1) * TOGETHER), vocabulary, work));
        }
    }

    private static void forEach(int begin, int end, int vocabulary, Work work) {
        Row row = new Row(vocabulary);
        for (int token = begin; token < end; token++) {
            row.offset = token * vocabulary;
            work.run(token, row);
        }
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    float[] scratch() {
        return scratch;
    }

    /** By code, relative to the likeliest (1): only entries of {@link #candidates()} are current. */
    float[] probabilities() {
        return probabilities;
    }

    /** Codes that may be drawn: the first {@link #count()} entries, in no particular order. */
    int[] candidates() {
        return candidates;
    }

    int count() {
        return count;
    }

    void readMaximum(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = offset; i < offset + length; i++) {
            max = Math.max(max, logits[i]);
        }
        requireFinite(max);
        maximum = max;
    }

    /** Refuses a highest score that is no number; a NaN anywhere in a row ends up there. */
    static void requireFinite(float highest) {
        if (!Float.isFinite(highest)) {
            throw new IllegalStateException(
                    "the logits hold " + highest + ": the weights or the backend's arithmetic are broken");
        }
    }

    /** Takes codes that score at least as high as the k-th and above −∞ as candidates and computes exp(logit − maximum). */
    void readCandidates(float[] logits, int k) {
        float threshold = -Float.MAX_VALUE;
        if (k < length) {
            System.arraycopy(logits, offset, scratch, 0, length);
            threshold = Math.max(threshold, Selection.largest(scratch, length, k, maximum));
        }
        int found = 0;
        for (int code = 0; code < length; code++) {
            candidates[found] = code;
            found += logits[offset + code] >= threshold ? 1 : 0;
        }
        count = found;
        for (int i = 0; i < count; i++) {
            int code = candidates[i];
            probabilities[code] = Exp.of(logits[offset + code] - maximum);
        }
    }

    /** Keeps the last {@code kept} candidates and rules the others out. */
    void keepLast(int kept) {
        System.arraycopy(candidates, count - kept, candidates, 0, kept);
        count = kept;
    }

    /** Rules out candidates less likely than this fraction of the likeliest. */
    void dropBelow(float fraction) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int code = candidates[i];
            candidates[kept] = code;
            kept += probabilities[code] >= fraction ? 1 : 0;
        }
        count = kept;
    }

    /** A draw by exponential race among the candidates: argmax of p / e; the lowest code of equals. */
    int draw(RandomStream random, int position) {
        int winner = -1;
        float best = -1;
        // Whoever takes longer than p / best cannot win; a little more, since the quotients are rounded.
        float slack = Float.POSITIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            int code = candidates[i];
            float probability = probabilities[code];
            float time = random.exponential(position, RandomStream.TOKEN_LANE, code, probability * slack);
            float speed = probability / time;
            if (speed > best || speed == best && code < winner) {
                best = speed;
                winner = code;
                slack = SLACK / best;
            }
        }
        return winner;
    }
}
