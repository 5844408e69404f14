package org.nextscale.tokenizer.internal;

import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;

/** The codes, {@code [vocabulary, z]}: looked up by index, mixed by weights, and searched for the nearest. Immutable. */
final class Codebook {
    private final int size;
    private final int channels;
    private final float[] codes;
    /** What is searched: −2·code (Euclidean) or −code/|code| (cosine), transposed to {@code [z, vocabulary]}. */
    private final float[] search;
    /** What a code's distance starts from: |code|² (Euclidean) or 0 (cosine). */
    private final float[] offsets;

    Codebook(TokenizerSpec spec, WeightSource weights) {
        size = spec.vocabularySize();
        channels = spec.latentChannels();
        codes = weights.read("quantize.embedding.weight", size, channels);
        search = new float[size * channels];
        offsets = new float[size];
        for (int v = 0; v < size; v++) {
            float square = 0;
            for (int c = 0; c < channels; c++) {
                square += codes[v * channels + c] * codes[v * channels + c];
            }
            float factor = spec.cosine() ? -1 / Math.max((float) Math.sqrt(square), 1e-12f) : -2;
            offsets[v] = spec.cosine() ? 0 : square;
            for (int c = 0; c < channels; c++) {
                search[c * size + v] = factor * codes[v * channels + c];
            }
        }
    }

    /** All codes, {@code [vocabulary, z]}. */
    float[] codes() {
        return codes;
    }

    /** Codes of tokens, {@code [tokens.length, z]}. */
    float[] embed(int[] tokens) {
        float[] embeddings = new float[tokens.length * channels];
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= size) {
                throw new IndexOutOfBoundsException("token " + tokens[i] + " of a vocabulary of " + size);
            }
            System.arraycopy(codes, tokens[i] * channels, embeddings, i * channels, channels);
        }
        return embeddings;
    }

    /** Mixtures of codes: {@code weights [rows, vocabulary]} to {@code [rows, z]}. */
    float[] mix(float[] weights) {
        int rows = weights.length / size;
        float[] embeddings = new float[rows * channels];
        for (int row = 0; row < rows; row++) {
            for (int v = 0; v < size; v++) {
                float weight = weights[row * size + v];
                if (weight != 0) {
                    for (int c = 0; c < channels; c++) {
                        embeddings[row * channels + c] += weight * codes[v * channels + c];
                    }
                }
            }
        }
        return embeddings;
    }

    /**
     * The nearest code of every cell; the lowest index of equals.
     *
     * @param features {@code [z, cells]} of one image
     * @param tokens receives the indices from {@code offset}
     */
    void nearest(float[] features, int cells, int[] tokens, int offset) {
        float[] distances = new float[size];
        for (int cell = 0; cell < cells; cell++) {
            System.arraycopy(offsets, 0, distances, 0, size);
            for (int c = 0; c < channels; c++) {
                addScaled(distances, search, c * size, features[c * cells + cell]);
            }
            int best = 0;
            for (int v = 1; v < size; v++) {
                if (distances[v] < distances[best]) {
                    best = v;
                }
            }
            tokens[offset + cell] = best;
        }
    }

    private static void addScaled(float[] sums, float[] source, int from, float factor) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += source[from + i] * factor;
        }
    }
}
