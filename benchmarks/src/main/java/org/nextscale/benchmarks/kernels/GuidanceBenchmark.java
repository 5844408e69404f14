package org.nextscale.benchmarks.kernels;

import java.util.concurrent.TimeUnit;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.Guidance;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Classifier-free guidance at the last scale of one image: 256 tokens, 4096 scores each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class GuidanceBenchmark {
    private final Scale scale = ScalePyramid.PX256.scale(ScalePyramid.PX256.scales() - 1);
    private final Guidance guidance = StandIns.guidance("ramp");
    private final float[] conditional = StandIns.normal(StandIns.VOCABULARY, 3);
    private final float[] unconditional = StandIns.normal(StandIns.VOCABULARY, 2);
    private final float[] guided = new float[StandIns.VOCABULARY];

    @Benchmark
    public float[] combine() {
        for (int token = 0; token < StandIns.TOKENS; token++) {
            guidance.combine(scale, conditional, unconditional, guided);
        }
        return guided;
    }
}
