package org.nextscale.sampler.internal;

import org.nextscale.api.sampling.RandomStream;

/**
 * One token's scores while it is being sampled: where they lie, which codes are still candidates and how likely those are.
 * Made once a scale and moved from token to token, so that sampling allocates nothing a token. For one thread.
 */
final class Row {
    private final int length;
    private final float[] scratch;
    private final float[] probabilities;
    private final int[] candidates;
    private int offset;
    private int count;
    private float maximum;

    /** @param length size of the vocabulary */
    Row(int length) {
        this.length = length;
        scratch = new float[length];
        probabilities = new float[length];
        candidates = new int[length];
    }

    /** Moves to the scores of another token, which begin at this index. */
    Row at(int newOffset) {
        offset = newOffset;
        return this;
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

    /** Takes every code above −∞ as a candidate and computes exp(logit − maximum). */
    void readProbabilities(float[] logits) {
        count = 0;
        for (int code = 0; code < length; code++) {
            float logit = logits[offset + code];
            if (logit != Float.NEGATIVE_INFINITY) {
                candidates[count++] = code;
                probabilities[code] = (float) Math.exp(logit - maximum);
            }
        }
    }

    /** Keeps the last {@code kept} candidates and rules the others out. */
    void keepLast(int kept, float[] logits) {
        int dropped = count - kept;
        for (int i = 0; i < dropped; i++) {
            logits[offset + candidates[i]] = Float.NEGATIVE_INFINITY;
        }
        System.arraycopy(candidates, dropped, candidates, 0, kept);
        count = kept;
    }

    /** Rules out candidates less likely than this fraction of the likeliest. */
    void dropBelow(float fraction, float[] logits) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int code = candidates[i];
            if (probabilities[code] >= fraction) {
                candidates[kept++] = code;
            } else {
                logits[offset + code] = Float.NEGATIVE_INFINITY;
            }
        }
        count = kept;
    }

    /** A draw by exponential race among the candidates: argmax of p / e; the lowest code of equals. */
    int draw(RandomStream random, int position) {
        int winner = -1;
        float best = -1;
        for (int i = 0; i < count; i++) {
            int code = candidates[i];
            float speed = probabilities[code] / random.exponential(position, RandomStream.TOKEN_LANE, code);
            if (speed > best || speed == best && code < winner) {
                best = speed;
                winner = code;
            }
        }
        return winner;
    }
}
