package org.nextscale.backend.cuda.internal.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.driver.Graph;

/** sample.cu and features.cu against the host's samplers, guidances and tokenizer: everything is the same to the bit. */
class ScaleStepsTest {
    /** Sides that do not divide one another; a scale that is there twice. */
    private static final ScalePyramid SMALL = ScalePyramid.of(1, 2, 3, 3, 5);

    /** No multiple of 4, of a warp or of 16. */
    private static final int ODD = 97;

    private static final Map<String, Object> EVERYTHING =
            Map.of("top-k", 40, "top-p", 0.8, "min-p", 0.05, "temperature", 0.7);

    @ParameterizedTest
    @EnumSource(Scores.class)
    void everySamplerUnderEveryGuidance(Scores scores) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, SMALL, 96, 8, 2)) {
            int seed = 0;
            for (String guidance : List.of("none", "constant", "ramp")) {
                both.compare(scores, "greedy", Map.of(), guidance, 1.5, seed++);
                for (String sampler : List.of("multinomial", "smooth")) {
                    both.compare(scores, sampler, EVERYTHING, guidance, 1.5, seed++);
                }
            }
        }
    }

    /** Each filter alone, from those that keep one code to those that keep all. */
    @ParameterizedTest
    @EnumSource(Scores.class)
    void everyFilter(Scores scores) {
        List<Map<String, Object>> filters = new ArrayList<>();
        for (int k : new int[] {1, 2, 96, ODD, 1_000_000}) {
            filters.add(Map.of("top-k", k, "top-p", 0));
        }
        for (double p : new double[] {Double.MIN_VALUE, 1e-16, 1e-3, 0.3, 0.5, 0.999, Math.nextDown(1.0), 1}) {
            filters.add(Map.of("top-k", 0, "top-p", p));
        }
        for (double p : new double[] {Double.MIN_VALUE, 1e-4, 0.5, 1}) {
            filters.add(Map.of("top-k", 0, "top-p", 0, "min-p", p));
        }
        for (double t : new double[] {0.01, 0.3, Math.nextUp(1.0), 100}) {
            filters.add(Map.of("temperature", t));
        }
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(2, 3), ODD, 3, 1)) {
            long seed = 1L << 40;
            for (Map<String, Object> filter : filters) {
                both.compare(scores, "multinomial", filter, "ramp", 3, seed++);
            }
            both.compare(scores, "smooth", Map.of("top-k", 0, "top-p", 0), "constant", 0, -1);
        }
    }

    /** As the published models: 256 threads a row, 32 channels. */
    @ParameterizedTest
    @EnumSource(Scores.class)
    void aLargeVocabulary(Scores scores) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(1, 3, 5), 4096, 32, 1)) {
            for (String sampler : List.of("multinomial", "smooth")) {
                both.compare(scores, sampler, Map.of(), "ramp", 1.5, 3);
                both.compare(scores, sampler, Map.of("top-k", 0, "top-p", 0.9), "none", 0, 4);
                both.compare(scores, sampler, EVERYTHING, "constant", 4, 4);
            }
            both.compare(scores, "greedy", Map.of(), "constant", 4, 5);
        }
    }

    /** Rows that do not fit into registers. */
    @ParameterizedTest
    @ValueSource(strings = {"multinomial", "smooth", "greedy"})
    void aVocabularyBeyondRegisters(String sampler) {
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(1, 2), 5003, 4, 1)) {
            both.compare(Scores.NORMAL, sampler, Map.of(), "ramp", 1.5, 3);
            both.compare(Scores.TIED, sampler, Map.of(), "none", 0, 4);
        }
    }

    /** More channels and cells than one tile of f̂ has. */
    @Test
    void aLargeFeatureMap() {
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(4, 9, 18), 5, 40, 2)) {
            both.compare(Scores.NORMAL, "multinomial", Map.of(), "none", 0, 3);
        }
    }

    /** Threads that come in another order find the same. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void theOrderOfThreadsDoesNotMatter(int seed) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed);
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(1, 2, 3), 1000, 8, 1)) {
            both.compare(Scores.TIED, "multinomial", EVERYTHING, "ramp", 1.5, 3);
            both.compare(Scores.NORMAL, "smooth", EVERYTHING, "ramp", 1.5, 3);
        }
    }

    /** What is recorded serves another request. */
    @Test
    void aGraphServesEveryRequest() {
        Scale scale = ScalePyramid.of(2).scale(0);
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(2), ODD, 3, 1);
                Graph graph = gpu.stream().capture(() -> both.enqueue(scale, false))) {
            float[] logits = new float[4 * ODD];
            logits[ODD + 5] = 1;
            both.setLogits(logits, logits);
            both.ask(0, 0, HostAndDevice.algorithm(HostAndDevice.sampler("greedy"), Map.of()), none());
            graph.launch(gpu.stream());
            assertArrayEquals(new int[] {0, 5, 0, 0}, both.tokens(scale));
            both.ask(0, 1, HostAndDevice.algorithm(HostAndDevice.sampler("multinomial"), Map.of()), none());
            graph.launch(gpu.stream());
            int[] drawn = both.tokens(scale);
            assertEquals(4, Arrays.stream(drawn).distinct().count(), Arrays.toString(drawn));
        }
    }

    /** The number is what the host's samplers name, and the row takes code 0. */
    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aRowWithoutAFiniteMaximumIsReported(float value) {
        Scale scale = ScalePyramid.of(2).scale(0);
        try (EmulatedGpu gpu = new EmulatedGpu();
                HostAndDevice both = new HostAndDevice(gpu, ScalePyramid.of(2), ODD, 3, 1)) {
            for (String sampler : List.of("multinomial", "smooth", "greedy")) {
                float[] logits = new float[4 * ODD];
                if (value == Float.NEGATIVE_INFINITY) {
                    Arrays.fill(logits, ODD, 2 * ODD, value);
                } else {
                    logits[ODD + 9] = value;
                }
                both.setLogits(logits, logits);
                both.ask(0, 0, HostAndDevice.algorithm(HostAndDevice.sampler(sampler), Map.of()), none());
                both.enqueue(scale, false);
                assertEquals(value, both.error(), sampler);
            }
            assertEquals(0, both.tokens(scale)[1]);
        }
    }

    private static ExactAlgorithm none() {
        return HostAndDevice.algorithm(HostAndDevice.guidance("none"), Map.of());
    }
}
