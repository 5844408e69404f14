package org.nextscale.tokenizer.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.testkit.fake.FakeWeights;

class MultiScaleTokenizerTest {
    private static final int Z = 4;
    private static final int VOCABULARY = 64;
    private static final ScalePyramid PYRAMID = ScalePyramid.of(1, 2, 3, 5);

    @Test
    void nearestCodeIsTheNearest() {
        float[] codes = MapResamplingTest.random(VOCABULARY * Z);
        for (boolean cosine : new boolean[] {false, true}) {
            Codebook codebook = new Codebook(spec(1, cosine), weights(codes));
            float[] features = MapResamplingTest.random(Z * 50);
            int[] tokens = new int[50];
            codebook.nearest(features, 50, tokens, 0);
            for (int cell = 0; cell < 50; cell++) {
                int best = 0;
                for (int v = 1; v < VOCABULARY; v++) {
                    best = distance(codes, v, features, cell, cosine) < distance(codes, best, features, cell, cosine)
                            ? v
                            : best;
                }
                assertEquals(best, tokens[cell]);
            }
        }
    }

    private static double distance(float[] codes, int v, float[] features, int cell, boolean cosine) {
        double square = 0;
        double product = 0;
        double norm = 0;
        for (int c = 0; c < Z; c++) {
            double code = codes[v * Z + c];
            double feature = features[c * 50 + cell];
            square += (code - feature) * (code - feature);
            product += code * feature;
            norm += code * code;
        }
        return cosine ? -product / Math.sqrt(norm) : square;
    }

    @Test
    void quantizingShrinksTheResidualAndBatchesDoNotMatter() {
        VisualTokenizer tokenizer = tokenizer();
        FeatureMap both = new FeatureMap(2, Z, 5, 5, MapResamplingTest.random(2 * Z * 25));
        MultiScaleTokens tokens = tokenizer.quantize(both, PYRAMID);
        double previous = Double.MAX_VALUE;
        for (int k : new int[] {0, 3}) {
            double left = distance(both, tokenizer.accumulate(tokens, k));
            assertTrue(left < previous);
            previous = left;
        }
        FeatureMap second = new FeatureMap(1, Z, 5, 5, Arrays.copyOfRange(both.values(), Z * 25, 2 * Z * 25));
        MultiScaleTokens alone = tokenizer.quantize(second, PYRAMID);
        for (int k = 0; k < PYRAMID.scales(); k++) {
            int cells = PYRAMID.tokens(k);
            assertArrayEquals(
                    Arrays.copyOfRange(tokens.scales().get(k), cells, 2 * cells),
                    alone.scales().get(k));
        }
    }

    private static double distance(FeatureMap a, FeatureMap b) {
        double sum = 0;
        for (int i = 0; i < a.values().length; i++) {
            sum += Math.pow(a.values()[i] - b.values()[i], 2);
        }
        return sum;
    }

    @Test
    void teacherForcingSeesWhatGenerationSees() {
        VisualTokenizer tokenizer = tokenizer();
        FeatureMap features = new FeatureMap(2, Z, 5, 5, MapResamplingTest.random(2 * Z * 25));
        MultiScaleTokens tokens = tokenizer.quantize(features, PYRAMID);
        float[] all = tokenizer.teacherForcingInput(tokens);
        assertEquals(2 * 38 * Z, all.length);
        FeatureAccumulator accumulator = tokenizer.accumulator(2, PYRAMID);
        assertEquals(0, accumulator.nextInput().length);
        for (int k = 0; k < PYRAMID.scales(); k++) {
            accumulator.add(tokenizer.embed(tokens.scales().get(k)));
            float[] next = accumulator.nextInput();
            if (k + 1 < PYRAMID.scales()) {
                int length = PYRAMID.tokens(k + 1) * Z;
                int begin = 38 * Z + (PYRAMID.begin(k + 1) - 1) * Z;
                assertArrayEquals(
                        Arrays.copyOfRange(all, begin, begin + length), Arrays.copyOfRange(next, length, 2 * length));
            } else {
                assertEquals(0, next.length);
            }
        }
        assertThrows(IllegalStateException.class, () -> accumulator.add(new float[2 * 25 * Z]));
        assertArrayEquals(
                tokenizer.accumulate(tokens, 3).values(),
                accumulator.featureMap().values());
    }

    @Test
    void mixingOneCodeIsEmbeddingIt() {
        VisualTokenizer tokenizer = tokenizer();
        float[] weights = new float[2 * VOCABULARY];
        weights[7] = 1;
        weights[VOCABULARY + 9] = 1;
        assertArrayEquals(tokenizer.embed(new int[] {7, 9}), tokenizer.mix(weights));
        assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.embed(new int[] {VOCABULARY}));
        assertThrows(IndexOutOfBoundsException.class, () -> tokenizer.embed(new int[] {-1}));
    }

    @Test
    void aModelWithoutItsTensorsIsRefused() {
        String message = assertThrows(InvalidInputException.class, () -> tokenizer(new FakeWeights()))
                .getMessage();
        assertTrue(message.contains("quantize."), message);
    }

    @Test
    void aFeatureMapOfAnotherSizeIsRefused() {
        FeatureMap features = new FeatureMap(1, Z, 4, 4, new float[Z * 16]);
        assertThrows(InvalidInputException.class, () -> tokenizer().quantize(features, PYRAMID));
    }

    private static VisualTokenizer tokenizer() {
        return tokenizer(weights(MapResamplingTest.random(VOCABULARY * Z)));
    }

    private static VisualTokenizer tokenizer(WeightSource weights) {
        return new MultiScaleTokenizerProvider()
                .create(
                        new NoNetwork(spec(2, false)),
                        weights,
                        ParameterValues.of("multi-scale-vq", List.of(), Map.of()));
    }

    private static TokenizerSpec spec(int phis, boolean cosine) {
        return TokenizerSpec.builder()
                .channels(32)
                .channelMultipliers(List.of(1))
                .residualBlocks(1)
                .latentChannels(Z)
                .vocabularySize(VOCABULARY)
                .phiCount(phis)
                .cosine(cosine)
                .build();
    }

    private static FakeWeights weights(float[] codes) {
        FakeWeights weights = new FakeWeights().with("quantize.embedding.weight", codes, VOCABULARY, Z);
        for (int i = 0; i < 2; i++) {
            float[] small = MapResamplingTest.random(Z * Z * 9);
            for (int j = 0; j < small.length; j++) {
                small[j] *= 0.05f;
            }
            String phi = "quantize.quant_resi.qresi_ls." + i;
            weights.with(phi + ".weight", small, Z, Z, 3, 3).with(phi + ".bias", new float[Z], Z);
        }
        return weights;
    }

    /** Nothing here needs a network. */
    private record NoNetwork(TokenizerSpec spec) implements TokenizerNetwork {
        @Override
        public FeatureMap encode(Pixels images) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Pixels decode(FeatureMap features) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
