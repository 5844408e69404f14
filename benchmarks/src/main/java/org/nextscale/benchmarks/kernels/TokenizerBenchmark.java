package org.nextscale.benchmarks.kernels;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nextscale.api.generation.Edit;
import org.nextscale.api.generation.ImageMask;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.engine.internal.generation.KeptTokens;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The quantizer of the published tokenizer at 256 px, one image: everything but its two networks. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TokenizerBenchmark {
    private static final ScalePyramid PYRAMID = ScalePyramid.PX256;
    private static final int SIZE = 256;

    private final VisualTokenizer tokenizer = StandIns.tokenizer();
    private final int channels = tokenizer.spec().latentChannels();
    private final int side = PYRAMID.finestSide();
    private final FeatureMap features =
            new FeatureMap(1, channels, side, side, StandIns.normal(channels * side * side, 1));
    private final MultiScaleTokens tokens = tokens();
    private final int[] finest = tokens.scales().get(PYRAMID.scales() - 1);
    private final float[] weights = weights();
    private final Edit edit = Edit.of(
            new Pixels(1, SIZE, SIZE, new float[Pixels.CHANNELS * SIZE * SIZE]),
            ImageMask.box(SIZE, 0.1, 0.1, 0.8, 0.8, true));

    private static MultiScaleTokens tokens() {
        Random random = new Random(1);
        List<int[]> scales = new ArrayList<>();
        for (int k = 0; k < PYRAMID.scales(); k++) {
            scales.add(random.ints(PYRAMID.tokens(k), 0, StandIns.VOCABULARY).toArray());
        }
        return new MultiScaleTokens(PYRAMID, 1, scales);
    }

    /** Mixtures as the smooth sampler makes them: 900 codes of each token have a weight. */
    private static float[] weights() {
        float[] weights = new float[StandIns.TOKENS * StandIns.VOCABULARY];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % StandIns.VOCABULARY < 900 ? 1f / 900 : 0;
        }
        return weights;
    }

    /** Codes, bicubic enlargement, Phi and sum for all ten scales, with what the next scale sees after each. */
    @Benchmark
    public float[] accumulate() {
        FeatureAccumulator accumulator = tokenizer.accumulator(1, PYRAMID);
        float[] input = accumulator.nextInput();
        for (int[] scale : tokens.scales()) {
            accumulator.add(tokenizer.embed(scale));
            input = accumulator.nextInput();
        }
        return input;
    }

    /** One scale of 1 × 1: mostly Phi's convolution, which is as large at every scale. */
    @Benchmark
    public FeatureMap addScale() {
        return tokenizer.accumulate(tokens, 0);
    }

    /** Nearest codes of the 680 tokens of all scales, and the accumulation between them. */
    @Benchmark
    public MultiScaleTokens quantize() {
        return tokenizer.quantize(features, PYRAMID);
    }

    @Benchmark
    public float[] embed() {
        return tokenizer.embed(finest);
    }

    @Benchmark
    public float[] mix() {
        return tokenizer.mix(weights);
    }

    /** What an edit keeps: the source quantized, and its mask at every scale. */
    @Benchmark
    public KeptTokens keep() {
        return KeptTokens.of(edit, tokenizer, PYRAMID);
    }
}
