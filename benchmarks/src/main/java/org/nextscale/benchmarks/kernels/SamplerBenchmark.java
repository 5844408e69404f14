package org.nextscale.benchmarks.kernels;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The last scale of one image: 256 tokens, 4096 scores each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SamplerBenchmark {
    /** What trained logits spread about as much as. */
    private static final double DEVIATION = 3;

    private final Scale scale = ScalePyramid.PX256.scale(ScalePyramid.PX256.scales() - 1);
    private final RandomStream random = RandomSource.of(1).stream(0, scale.index());
    private final float[] recorded = StandIns.normal(StandIns.TOKENS * StandIns.VOCABULARY, DEVIATION);
    private final float[] logits = new float[recorded.length];

    /** {@code draw} keeps all codes: the draw alone. */
    @Param({"draw", "top-k", "top-p", "top-k and top-p", "greedy", "smooth"})
    public String sampling;

    private TokenSampler sampler;

    @Setup
    public void create() {
        sampler = switch (sampling) {
            case "draw" -> StandIns.sampler("multinomial", Map.of("top-k", 0, "top-p", 0));
            case "top-k" -> StandIns.sampler("multinomial", Map.of("top-k", 900, "top-p", 0));
            case "top-p" -> StandIns.sampler("multinomial", Map.of("top-k", 0, "top-p", 0.95));
            case "top-k and top-p" -> StandIns.sampler("multinomial", Map.of("top-k", 900, "top-p", 0.95));
            default -> StandIns.sampler(sampling, Map.of());
        };
    }

    /** Samplers may overwrite their logits. */
    @Setup(Level.Invocation)
    public void restoreLogits() {
        System.arraycopy(recorded, 0, logits, 0, logits.length);
    }

    @Benchmark
    public SampledTokens sample() {
        return sampler.sample(scale, logits, random);
    }
}
