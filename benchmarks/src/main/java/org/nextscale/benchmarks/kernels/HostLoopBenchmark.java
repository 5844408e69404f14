package org.nextscale.benchmarks.kernels;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.engine.internal.generation.KeptTokens;
import org.nextscale.engine.internal.generation.ScaleLoop;
import org.nextscale.engine.internal.generation.ScaleObserver;
import org.nextscale.model.description.PublishedModel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** All that the host does for one image of 256 px between its networks, as it comes: guidance, sampling, quantizer. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HostLoopBenchmark {
    private static final double DEVIATION = 3;
    private static final int CLASS = 207;

    private final ScaleLoop loop = new ScaleLoop(
            new Recorded(),
            StandIns.tokenizer(),
            StandIns.sampler("multinomial", Map.of()),
            StandIns.guidance("ramp"),
            KeptTokens.NONE,
            RandomSource.of(1));

    @Benchmark
    public FeatureMap run() {
        return loop.run(Conditions.of(List.of(Condition.ofClass(CLASS))), 0, new Silent());
    }

    private static final class Silent implements ScaleObserver {}

    /** Has its logits ready. */
    private static final class Recorded implements ScaleTransformer {
        private final TransformerSpec spec =
                PublishedModel.named("var_d16").spec().transformer();
        private final float[] scores = StandIns.normal(StandIns.TOKENS * StandIns.VOCABULARY, DEVIATION);

        @Override
        public TransformerSpec spec() {
            return spec;
        }

        @Override
        public TransformerSession begin(Conditions conditions, boolean unconditional) {
            return new TransformerSession() {
                private int next;

                @Override
                public ScaleLogits next(float[] input, boolean wanted) {
                    Scale scale = ScalePyramid.PX256.scale(next++);
                    int count = scale.tokens() * StandIns.VOCABULARY;
                    Logits logits =
                            new Logits(FloatBuffer.wrap(scores, 0, count), 1, scale.tokens(), StandIns.VOCABULARY);
                    return wanted ? ScaleLogits.of(logits, logits) : ScaleLogits.of(logits);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Logits teacherForcing(Conditions conditions, float[] inputs) {
            throw new UnsupportedOperationException("generation only");
        }

        @Override
        public void close() {}
    }
}
