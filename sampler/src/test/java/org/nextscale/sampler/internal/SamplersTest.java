package org.nextscale.sampler.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.nextscale.api.model.Scale;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

class SamplersTest {
    private static final float[] LOGITS = {1, 3, 0.5f, 2, -1, 2.5f};
    private static final Scale ONE_TOKEN = new Scale(2, 4, 1);

    @Test
    void topKKeepsTheHighestAndTies() {
        assertKept(Map.of("top-k", 2, "top-p", 0), 1, 5);
        float[] tied = {1, 3, 2, 2, -1, 2};
        assertArrayEquals(new int[] {1, 2, 3, 5}, kept(tied, Map.of("top-k", 3, "top-p", 0)));
    }

    /** Softmax of LOGITS, ascending: .009 .042 .069 .187 .308 .385 of codes 4 2 0 3 5 1, cumulative .009 .051 .12 .307. */
    @Test
    void topPDropsTheTailUpToItsShare() {
        assertKept(Map.of("top-k", 0, "top-p", 0.88), 1, 3, 5);
        assertKept(Map.of("top-k", 0, "top-p", 0.87), 1, 3, 5);
        assertKept(Map.of("top-k", 0, "top-p", 0.9), 0, 1, 3, 5);
        assertKept(Map.of("top-k", 0, "top-p", 1e-6), 1);
        assertKept(Map.of("top-k", 0, "top-p", 0), 0, 1, 2, 3, 4, 5);
        assertKept(Map.of("top-k", 0, "top-p", 1), 0, 1, 2, 3, 4, 5);
    }

    @Test
    void minPKeepsWhatIsNearlyAsLikely() {
        // e^(2.5 − 3) = .607, e^(2 − 3) = .368, e^(1 − 3) = .135
        assertKept(Map.of("top-k", 0, "top-p", 0, "min-p", 0.3), 1, 3, 5);
        assertKept(Map.of("top-k", 0, "top-p", 0, "min-p", 0.5), 1, 5);
        assertKept(Map.of("top-k", 0, "top-p", 0, "min-p", 1), 1);
    }

    @Test
    void temperatureComesFirst() {
        // At temperature 2 the ratio e^(−.5/2) = .779 and e^(−1/2) = .607.
        assertKept(Map.of("top-k", 0, "top-p", 0, "min-p", 0.6, "temperature", 2), 1, 3, 5);
    }

    private static void assertKept(Map<String, Object> values, int... codes) {
        assertArrayEquals(codes, kept(LOGITS, values));
    }

    /** Codes that 4,000 draws ever give, which are the kept ones but for chances below 1e-9. */
    private static int[] kept(float[] logits, Map<String, Object> values) {
        TokenSampler sampler = sampler(new MultinomialSamplerProvider(), values);
        RandomSource random = RandomSource.of(3);
        boolean[] seen = new boolean[logits.length];
        for (int image = 0; image < 4000; image++) {
            seen[
                    sampler.sample(ONE_TOKEN, logits.clone(), random.stream(image, 2))
                            .tokens()[0]] = true;
        }
        return IntStream.range(0, seen.length).filter(i -> seen[i]).toArray();
    }

    /** Chi-square of 60,000 draws over six codes, five degrees of freedom: 40 is exceeded with probability 1.5e-7. */
    @Test
    void drawsFollowTheSoftmax() {
        TokenSampler sampler = sampler(new MultinomialSamplerProvider(), Map.of("top-k", 0, "top-p", 0));
        int side = 100;
        float[] logits = new float[side * side * LOGITS.length];
        double[] counts = new double[LOGITS.length];
        for (int image = 0; image < 6; image++) {
            for (int i = 0; i < logits.length; i++) {
                logits[i] = LOGITS[i % LOGITS.length];
            }
            RandomStream random = RandomSource.of(11).stream(image, 0);
            for (int token :
                    sampler.sample(new Scale(0, 1, side), logits, random).tokens()) {
                counts[token]++;
            }
        }
        double total = 0;
        for (float logit : LOGITS) {
            total += Math.exp(logit);
        }
        double chiSquare = 0;
        for (int code = 0; code < LOGITS.length; code++) {
            double expected = 60_000 * Math.exp(LOGITS[code]) / total;
            chiSquare += (counts[code] - expected) * (counts[code] - expected) / expected;
        }
        assertTrue(chiSquare < 40, "chi-square " + chiSquare);
    }

    /** Draws that cannot win are not computed: the winner is that of all draws all the same. */
    @Test
    void theRaceIsWonByWhoWouldWinAmongAll() {
        int codes = 300;
        Random random = new Random(3);
        for (int round = 0; round < 300; round++) {
            float[] logits = new float[codes];
            for (int i = 0; i < codes; i++) {
                logits[i] = (float) (random.nextGaussian() * (round % 30));
            }
            RandomStream stream = RandomSource.of(round).stream(1, 2);
            int winner = 0;
            float best = -1;
            for (int code = 0; code < codes; code++) {
                float speed =
                        Exp.of(logits[code] - highest(logits)) / stream.exponential(0, RandomStream.TOKEN_LANE, code);
                if (speed > best) {
                    best = speed;
                    winner = code;
                }
            }
            TokenSampler all = sampler(new MultinomialSamplerProvider(), Map.of("top-k", 0, "top-p", 0));
            assertEquals(winner, all.sample(ONE_TOKEN, logits, stream).tokens()[0], "round " + round);
        }
    }

    private static float highest(float[] values) {
        float highest = Float.NEGATIVE_INFINITY;
        for (float value : values) {
            highest = Math.max(highest, value);
        }
        return highest;
    }

    @Test
    void greedyTakesTheLowestOfEquals() {
        TokenSampler greedy = sampler(new GreedySamplerProvider(), Map.of());
        float[] logits = {1, 5, 5, 0, 7, -1, 2, 7};
        RandomStream none = RandomSource.of(0).stream(0, 0);
        assertArrayEquals(
                new int[] {1, 0, 0, 1},
                greedy.sample(new Scale(0, 1, 2), new float[] {1, 5, 9, 0, 7, -1, 2, 7}, none)
                        .tokens());
        assertArrayEquals(new int[] {4}, greedy.sample(ONE_TOKEN, logits, none).tokens());
    }

    @Test
    void smoothMixesAndSharpensWithTheScale() {
        TokenSampler smooth = sampler(new SmoothSamplerProvider(), Map.of("top-k", 3, "top-p", 0));
        double previous = 0;
        for (int index : new int[] {0, 5, 9}) {
            double sharpest = 0;
            for (int image = 0; image < 500; image++) {
                RandomStream random = RandomSource.of(1).stream(image, index);
                SampledTokens sampled = smooth.sample(new Scale(index, 10, 1), LOGITS.clone(), random);
                double sum = 0;
                double largest = 0;
                for (float weight : sampled.mixture().orElseThrow()) {
                    sum += weight;
                    largest = Math.max(largest, weight);
                }
                assertEquals(1, sum, 1e-6);
                assertEquals(0, sampled.mixture().orElseThrow()[0]);
                assertEquals(0, sampled.mixture().orElseThrow()[2]);
                assertEquals(0, sampled.mixture().orElseThrow()[4]);
                sharpest += largest / 500;
            }
            assertTrue(sharpest > previous, "scale " + index + " is not sharper: " + sharpest);
            previous = sharpest;
        }
        assertEquals(
                Optional.empty(),
                sampler(new MultinomialSamplerProvider(), Map.of())
                        .sample(ONE_TOKEN, LOGITS.clone(), RandomSource.of(1).stream(0, 0))
                        .mixture());
    }

    @Test
    void brokenLogitsAreNotSampled() {
        RandomStream random = RandomSource.of(0).stream(0, 0);
        for (TokenSamplerProvider provider : new TokenSamplerProvider[] {
            new MultinomialSamplerProvider(), new SmoothSamplerProvider(), new GreedySamplerProvider()
        }) {
            TokenSampler sampler = sampler(provider, Map.of());
            assertThrows(
                    IllegalStateException.class,
                    () -> sampler.sample(ONE_TOKEN, new float[] {1, Float.NaN, 0}, random),
                    provider.id());
            assertThrows(
                    IllegalStateException.class,
                    () -> sampler.sample(ONE_TOKEN, new float[] {1, Float.POSITIVE_INFINITY, 0}, random),
                    provider.id());
        }
    }

    @Test
    void guidanceRampsOrNot() {
        Scale middle = new Scale(1, 3, 2);
        assertGuided(new RampGuidanceProvider(), middle, 5);
        assertGuided(new ConstantGuidanceProvider(), middle, 8);
        assertGuided(new RampGuidanceProvider(), new Scale(0, 3, 1), 2);
        assertGuided(new RampGuidanceProvider(), new Scale(2, 3, 4), 8);
        Guidance none = new NoGuidanceProvider().create(ParameterValues.of("guidance", List.of(), Map.of()));
        assertFalse(none.usesUnconditional(middle));
        float[] guided = new float[1];
        none.combine(middle, new float[] {2}, new float[0], guided);
        assertEquals(2, guided[0]);
    }

    /** cfg 3, conditional 2, unconditional 0: (1 + t) · 2. */
    private static void assertGuided(GuidanceProvider provider, Scale scale, float expected) {
        Guidance guidance = provider.create(ParameterValues.of("guidance", provider.parameters(), Map.of("cfg", 3)));
        assertTrue(guidance.usesUnconditional(scale));
        float[] guided = new float[1];
        guidance.combine(scale, new float[] {2}, new float[] {0}, guided);
        assertEquals(expected, guided[0], 1e-6);
    }

    @Test
    void guidanceIsCutOffForTheLastScales() {
        for (GuidanceProvider provider : List.of(new RampGuidanceProvider(), new ConstantGuidanceProvider())) {
            Map<String, Object> told = Map.of("cfg", 3, "cutoff", 2);
            Guidance guidance = provider.create(ParameterValues.of("guidance", provider.parameters(), told));
            for (int k = 0; k < 5; k++) {
                Scale scale = new Scale(k, 5, 1);
                assertEquals(k < 3, guidance.usesUnconditional(scale), provider.id() + " at scale " + k);
                if (k >= 3) {
                    float[] guided = new float[1];
                    guidance.combine(scale, new float[] {2}, new float[0], guided);
                    assertEquals(2, guided[0]);
                }
            }
            Guidance none = provider.create(ParameterValues.of("guidance", provider.parameters(), Map.of("cutoff", 7)));
            assertFalse(none.usesUnconditional(new Scale(0, 5, 1)), "more scales than there are");
        }
    }

    /** The last value holds for all finer scales. */
    @Test
    void settingsMayDifferByScale() {
        Map<String, Object> told = Map.of("top-k", "1,2,6", "top-p", 0, "temperature", "1,0.01,1");
        for (TokenSamplerProvider provider : List.of(new MultinomialSamplerProvider(), new SmoothSamplerProvider())) {
            TokenSampler sampler = sampler(provider, told);
            for (int k = 0; k < 5; k++) {
                Scale scale = new Scale(k, 5, 1);
                boolean[] seen = new boolean[LOGITS.length];
                for (int image = 0; image < 2000; image++) {
                    RandomStream random = RandomSource.of(3).stream(image, k);
                    seen[sampler.sample(scale, LOGITS.clone(), random).tokens()[0]] = true;
                }
                long codes =
                        IntStream.range(0, seen.length).filter(i -> seen[i]).count();
                assertEquals(k < 2 ? 1 : 6, codes, provider.id() + " at scale " + k);
            }
        }
    }

    @Test
    void whatADeviceMayDoInTheirPlaceIsNamedByWhatItMustKnow() {
        TokenSamplerProvider multinomial = new MultinomialSamplerProvider();
        assertEquals("multinomial/1", algorithm(multinomial, Map.of("top-k", 5)));
        assertEquals("multinomial/1", algorithm(multinomial, Map.of("top-k", "5,5,5")), "the same everywhere");
        assertEquals("multinomial/2", algorithm(multinomial, Map.of("top-k", "5,6")));
        assertEquals("smooth/2", algorithm(new SmoothSamplerProvider(), Map.of("temperature", "1,2")));
        GuidanceProvider ramp = new RampGuidanceProvider();
        assertEquals(
                List.of("ramp/1", "ramp/2"),
                Stream.of(0, 3)
                        .map(cutoff -> ramp.algorithm(
                                        ParameterValues.of("ramp", ramp.parameters(), Map.of("cutoff", cutoff)))
                                .orElseThrow()
                                .name())
                        .toList());
    }

    private static String algorithm(TokenSamplerProvider provider, Map<String, Object> values) {
        return provider.algorithm(ParameterValues.of(provider.id(), provider.parameters(), values))
                .orElseThrow()
                .name();
    }

    private static TokenSampler sampler(TokenSamplerProvider provider, Map<String, Object> values) {
        return provider.create(ParameterValues.of("sampler " + provider.id(), provider.parameters(), values));
    }
}
