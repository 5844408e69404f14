package org.nextscale.examples.tokenizer;

/** The codes: looked up, mixed, and searched for the nearest. Immutable and thread-safe. */
final class Codebook {
    private final float[] codes;
    private final int channels;
    private final boolean normalize;

    /**
     * @param codes {@code [vocabulary, channels]}
     * @param normalize whether lengths do not count when the nearest is looked for
     */
    Codebook(float[] codes, int channels, boolean normalize) {
        this.codes = codes;
        this.channels = channels;
        this.normalize = normalize;
    }

    int size() {
        return codes.length / channels;
    }

    /** Codes of tokens, {@code [tokens, channels]}; copying refuses what is out of range. */
    float[] embed(int[] tokens) {
        float[] found = new float[tokens.length * channels];
        for (int i = 0; i < tokens.length; i++) {
            System.arraycopy(codes, tokens[i] * channels, found, i * channels, channels);
        }
        return found;
    }

    /** Mixtures of codes: {@code [rows, vocabulary]} to {@code [rows, channels]}. */
    float[] mix(float[] weights) {
        float[] mixed = new float[weights.length / size() * channels];
        for (int i = 0; i < weights.length; i++) {
            int row = i / size() * channels;
            int code = i % size() * channels;
            for (int c = 0; c < channels; c++) {
                mixed[row + c] += weights[i] * codes[code + c];
            }
        }
        return mixed;
    }

    /** The nearest code of every vector in {@code [cells, channels]}, the first of equals. */
    int[] nearest(float[] vectors) {
        int[] tokens = new int[vectors.length / channels];
        for (int cell = 0; cell < tokens.length; cell++) {
            double best = Double.POSITIVE_INFINITY;
            for (int code = 0; code < size(); code++) {
                double distance = distance(vectors, cell * channels, code * channels);
                if (distance < best) {
                    best = distance;
                    tokens[cell] = code;
                }
            }
        }
        return tokens;
    }

    /** |v − c|² without |v|², which all codes share; or the cosine, turned round, without |v|. */
    private double distance(float[] vectors, int vector, int code) {
        double product = 0;
        double square = 0;
        for (int c = 0; c < channels; c++) {
            product += vectors[vector + c] * codes[code + c];
            square += codes[code + c] * codes[code + c];
        }
        return normalize ? -product / Math.max(Math.sqrt(square), 1e-12) : square - 2 * product;
    }
}
