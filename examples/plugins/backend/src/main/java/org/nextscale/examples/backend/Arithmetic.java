package org.nextscale.examples.backend;

/** What several layers compute. */
final class Arithmetic {
    private Arithmetic() {}

    /** {@code target += factor · source}, over a part of each: the loop that the virtual machine makes vector instructions of. */
    static void addScaled(float[] target, int to, float factor, float[] source, int from, int length) {
        for (int i = 0; i < length; i++) {
            target[to + i] += factor * source[from + i];
        }
    }

    static float dot(float[] first, int at, float[] second, int from, int length) {
        float sum = 0;
        for (int i = 0; i < length; i++) {
            sum += first[at + i] * second[from + i];
        }
        return sum;
    }

    /** Scores become probabilities. */
    static void softmax(float[] scores) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            highest = Math.max(highest, score);
        }
        float sum = 0;
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) Math.exp(scores[i] - highest);
            sum += scores[i];
        }
        for (int i = 0; i < scores.length; i++) {
            scores[i] /= sum;
        }
    }

    /** {@code x · sigmoid(x)}, in place. */
    static float[] silu(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= sigmoid(values[i]);
        }
        return values;
    }

    /** GELU in its approximation by tanh, {@code x / 2 · (1 + tanh u)}, which is {@code x · sigmoid(2u)}; in place. */
    static float[] gelu(float[] values) {
        for (int i = 0; i < values.length; i++) {
            double x = values[i];
            values[i] *= sigmoid(2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
        }
        return values;
    }

    private static float sigmoid(double x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }
}
