package org.nextscale.backend.cuda.internal.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.model.Condition;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;

/** The same logits through the host's modules and through the kernels: tokens, codes, f̂ and inputs are the same bits. */
final class HostAndDevice implements AutoCloseable {
    private final ScalePyramid pyramid;
    private final int vocabulary;
    private final int z;
    private final int batch;
    private final Random random = new Random(5);
    private final VisualTokenizer tokenizer;
    private final EmulatedGpu gpu;
    private final LoopTables tables;
    private final ScaleSteps steps;
    private final LoopBuffers buffers;
    private final DeviceBuffer conditional;
    private final DeviceBuffer unconditional;
    private final DeviceBuffer input;

    HostAndDevice(EmulatedGpu gpu, ScalePyramid pyramid, int vocabulary, int z, int batch) {
        this.gpu = gpu;
        this.pyramid = pyramid;
        this.vocabulary = vocabulary;
        this.z = z;
        this.batch = batch;
        tokenizer = RandomTokenizer.of(vocabulary, z, random);
        tables = new LoopTables(
                gpu.context(), gpu.staging(), tokenizer.quantizerTables().orElseThrow(), pyramid, z);
        steps = new ScaleSteps(gpu.kernels(), tables);
        buffers = new LoopBuffers(gpu.context(), tables, batch);
        long rows = (long) batch * pyramid.tokens(pyramid.scales() - 1);
        conditional = gpu.allocate(rows * vocabulary * Float.BYTES);
        unconditional = gpu.allocate(rows * vocabulary * Float.BYTES);
        input = gpu.allocate(rows * z * Float.BYTES);
    }

    ScaleSteps steps() {
        return steps;
    }

    /** A scale's steps, on the stream. */
    void enqueue(Scale scale, boolean guided) {
        steps.enqueue(scale, buffers, conditional, guided ? unconditional : null, input, gpu.stream());
    }

    /** Sets the request that the kernels will find. */
    LoopRequest ask(long firstImage, long seed, ExactAlgorithm sampler, ExactAlgorithm guidance) {
        Conditions conditions = Conditions.of(Collections.nCopies(batch, Condition.NONE));
        LoopRequest request = new LoopRequest(DeviceBatch.of(conditions, seed, firstImage, sampler, guidance), pyramid);
        ByteBuffer block = bytes(LoopRequest.bytes(pyramid.scales()));
        request.write(block);
        gpu.staging().upload(block, buffers.request());
        gpu.stream().fill(buffers.error(), 0);
        return request;
    }

    void setLogits(float[] conditional, float[] unconditional) {
        gpu.staging().upload(conditional, this.conditional);
        gpu.staging().upload(unconditional, this.unconditional);
    }

    /** All scales of one request. */
    void compare(Scores scores, String sampling, Map<String, Object> values, String guiding, double cfg, long seed) {
        TokenSamplerProvider samplers = sampler(sampling);
        GuidanceProvider guidances = guidance(guiding);
        ExactAlgorithm picks = algorithm(samplers, values);
        ExactAlgorithm joins = algorithm(guidances, guiding.equals("none") ? Map.of() : Map.of("cfg", cfg));
        TokenSampler sampler = samplers.create(picks.values());
        Guidance guidance = guidances.create(joins.values());
        long firstImage = (seed & 0xffff) << 33 | 7;
        boolean guided = ask(firstImage, seed, picks, joins).usesUnconditional();
        FeatureAccumulator features = tokenizer.accumulator(batch, pyramid);
        for (int k = 0; k < pyramid.scales(); k++) {
            Scale scale = pyramid.scale(k);
            String what = scores + " " + picks + " " + joins + ", seed " + seed + ", scale " + k;
            int size = scale.tokens() * vocabulary;
            float[] c = scores.many(batch * size, random);
            // A code that only the condition rules out stays ruled out; the other way round the logits are broken.
            float[] u = (scores == Scores.SPARSE ? Scores.NORMAL : scores).many(batch * size, random);
            setLogits(c, u);
            enqueue(scale, guided);
            float[] embeddings = new float[0];
            int[] tokens = new int[0];
            for (int image = 0; image < batch; image++) {
                float[] guidedScores = new float[size];
                for (int row = 0; row < scale.tokens(); row++) {
                    int from = image * size + row * vocabulary;
                    float[] both = Arrays.copyOfRange(c, from, from + vocabulary);
                    guidance.combine(scale, both, Arrays.copyOfRange(u, from, from + vocabulary), both);
                    System.arraycopy(both, 0, guidedScores, row * vocabulary, vocabulary);
                }
                SampledTokens sampled =
                        sampler.sample(scale, guidedScores, RandomSource.of(seed).stream(firstImage + image, k));
                float[] codes =
                        sampled.mixture().map(tokenizer::mix).orElseGet(() -> tokenizer.embed(sampled.tokens()));
                embeddings = joined(embeddings, codes);
                tokens = joined(tokens, sampled.tokens());
            }
            if (!sampling.equals("smooth")) {
                assertArrayEquals(tokens, ints(buffers.tokens().slice(0, 4L * tokens.length)), what);
            }
            assertSame(embeddings, buffers.embeddings(), what + ": codes");
            features.add(embeddings);
            assertSame(features.featureMap().values(), buffers.features(k), what + ": f̂");
            if (!scale.last()) {
                assertSame(features.nextInput(), input, what + ": input");
            }
        }
        assertArrayEquals(new int[1], ints(buffers.error()), "error");
    }

    /** The error that the kernels have met, as the number that they found. */
    float error() {
        return Float.intBitsToFloat(ints(buffers.error())[0]);
    }

    int[] tokens(Scale scale) {
        return ints(buffers.tokens().slice(0, 4L * batch * scale.tokens()));
    }

    private void assertSame(float[] expected, DeviceBuffer actual, String what) {
        int[] found = ints(actual.slice(0, (long) expected.length * Float.BYTES));
        for (int i = 0; i < expected.length; i++) {
            if (Float.floatToIntBits(expected[i]) != found[i]) {
                throw new AssertionError(what + ": at " + i + " of " + expected.length + " is "
                        + Float.intBitsToFloat(found[i]) + ", the host's " + expected[i]);
            }
        }
    }

    private int[] ints(DeviceBuffer buffer) {
        ByteBuffer block = bytes((int) buffer.bytes());
        gpu.staging().download(buffer, block);
        int[] values = new int[block.capacity() / Integer.BYTES];
        block.asIntBuffer().get(values);
        return values;
    }

    private static ByteBuffer bytes(int count) {
        return ByteBuffer.allocate(count).order(ByteOrder.nativeOrder());
    }

    private static float[] joined(float[] first, float[] second) {
        float[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static int[] joined(int[] first, int[] second) {
        int[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    static ExactAlgorithm algorithm(TokenSamplerProvider provider, Map<String, Object> values) {
        return provider.algorithm(told(provider, values)).orElseThrow();
    }

    static ExactAlgorithm algorithm(GuidanceProvider provider, Map<String, Object> values) {
        return provider.algorithm(told(provider, values)).orElseThrow();
    }

    private static ParameterValues told(Plugin plugin, Map<String, Object> values) {
        return ParameterValues.of("the test", plugin.parameters(), values);
    }

    static TokenSamplerProvider sampler(String id) {
        return ServiceLoader.load(TokenSamplerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    static GuidanceProvider guidance(String id) {
        return ServiceLoader.load(GuidanceProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        buffers.close();
        tables.close();
    }
}
