package org.nextscale.benchmarks.kernels;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.api.sampling.SampledTokens;

/** Every benchmark finds its kernel and does what it measures. */
class KernelsTest {

    @ParameterizedTest
    @ValueSource(strings = {"draw", "top-k", "top-p", "top-k and top-p", "greedy", "smooth"})
    void samples(String sampling) {
        SamplerBenchmark benchmark = new SamplerBenchmark();
        benchmark.sampling = sampling;
        benchmark.create();
        benchmark.restoreLogits();
        SampledTokens first = benchmark.sample();
        benchmark.restoreLogits();
        SampledTokens second = benchmark.sample();
        assertEquals(StandIns.TOKENS, first.tokens().length);
        assertTrue(Arrays.equals(first.tokens(), second.tokens()), "the same draws from restored logits");
    }

    @Test
    void guides() {
        assertEquals(StandIns.VOCABULARY, new GuidanceBenchmark().combine().length);
    }

    @Test
    void loops() {
        assertEquals(StandIns.TOKENS * 32, new HostLoopBenchmark().run().values().length);
    }

    @Test
    void quantizes() {
        TokenizerBenchmark benchmark = new TokenizerBenchmark();
        assertEquals(0, benchmark.accumulate().length, "nothing follows the last scale");
        assertEquals(10, benchmark.quantize().scales().size());
        assertEquals(10, benchmark.keep().masks().size());
        assertEquals(StandIns.TOKENS * 32, benchmark.embed().length);
        assertEquals(StandIns.TOKENS * 32, benchmark.mix().length);
        assertNotNull(benchmark.addScale());
    }

    @ParameterizedTest
    @ValueSource(strings = {"noise", "gradient"})
    void writes(String picture) throws IOException {
        PngBenchmark benchmark = new PngBenchmark();
        benchmark.picture = picture;
        benchmark.create();
        benchmark.write();
        benchmark.delete();
    }
}
