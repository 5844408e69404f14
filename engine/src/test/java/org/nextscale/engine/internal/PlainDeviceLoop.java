package org.nextscale.engine.internal;

import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.DeviceLoopObserver;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.Arithmetic;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceFactory;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerFactory;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.Quantiser;

/**
 * A device loop in plain Java: the shipped samplers and guidances found by the names of their arithmetic, f̂ by {@link
 * PlainFeatures}. Like a device with a queue it begins a scale before it reports the one before.
 */
final class PlainDeviceLoop implements DeviceLoop {
    private static final Map<String, TokenSamplerFactory> SAMPLERS =
            byArithmetic(TokenSamplerFactory.class, TokenSamplerFactory::arithmetic);
    private static final Map<String, GuidanceFactory> GUIDANCES =
            byArithmetic(GuidanceFactory.class, GuidanceFactory::arithmetic);

    private final ScaleTransformer transformer;
    private final Quantiser quantiser;
    private final Set<String> samplers;
    final AtomicInteger runs = new AtomicInteger();

    /** What it fails with at the second scale, if anything. */
    volatile RuntimeException failure;

    /** @param samplers names of the arithmetic that it supports */
    PlainDeviceLoop(ScaleTransformer transformer, Quantiser quantiser, Set<String> samplers) {
        this.transformer = transformer;
        this.quantiser = quantiser;
        this.samplers = samplers;
    }

    private static <F> Map<String, F> byArithmetic(Class<F> kind, Function<F, Optional<String>> arithmetic) {
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .collect(Collectors.toMap(factory -> arithmetic.apply(factory).orElseThrow(), factory -> factory));
    }

    @Override
    public boolean supports(Arithmetic sampler, Arithmetic guidance) {
        return samplers.contains(sampler.name()) && GUIDANCES.containsKey(guidance.name());
    }

    @Override
    public FeatureMap run(DeviceBatch batch, DeviceLoopObserver observer) {
        runs.incrementAndGet();
        TokenSampler sampler =
                SAMPLERS.get(batch.sampler().name()).create(batch.sampler().values());
        Guidance guidance =
                GUIDANCES.get(batch.guidance().name()).create(batch.guidance().values());
        ScalePyramid pyramid = transformer.spec().pyramid();
        int images = batch.labels().length;
        PlainFeatures[] features = new PlainFeatures[images];
        for (int image = 0; image < images; image++) {
            features[image] =
                    new PlainFeatures(quantiser, pyramid, transformer.spec().latentChannels());
        }
        try (Generation generation = transformer.begin(batch.labels(), guidance.usesUnconditional(pyramid.scale(0)))) {
            observer.begins(pyramid.scale(0));
            for (int k = 0; k < pyramid.scales(); k++) {
                if (k == 1 && failure != null) {
                    throw failure;
                }
                Scale scale = pyramid.scale(k);
                ScaleLogits logits = generation.next(input(features, k), guidance.usesUnconditional(scale));
                for (int image = 0; image < images; image++) {
                    float[] scores = guided(logits, image, scale, guidance);
                    RandomStream random = RandomSource.of(batch.seed()).stream(batch.firstImage() + image, k);
                    add(features[image], scale, sampler.sample(scale, scores, random));
                }
                if (!scale.last()) {
                    observer.begins(pyramid.scale(k + 1));
                }
                observer.ends(scale, () -> PlainFeatures.join(features));
            }
        }
        return PlainFeatures.join(features);
    }

    private static float[] input(PlainFeatures[] features, int scale) {
        float[][] inputs = new float[features.length][];
        int length = 0;
        for (int image = 0; image < features.length; image++) {
            inputs[image] = features[image].input(scale);
            length += inputs[image].length;
        }
        float[] joined = new float[length];
        for (int image = 0; image < features.length; image++) {
            System.arraycopy(inputs[image], 0, joined, image * inputs[image].length, inputs[image].length);
        }
        return joined;
    }

    private static void add(PlainFeatures features, Scale scale, SampledTokens sampled) {
        if (sampled.mixture() == null) {
            features.addCodes(scale, sampled.tokens());
        } else {
            features.addMixtures(scale, sampled.mixture());
        }
    }

    private static float[] guided(ScaleLogits logits, int image, Scale scale, Guidance guidance) {
        int vocabulary = logits.conditional().vocabulary();
        float[] scores = new float[scale.tokens() * vocabulary];
        float[] conditional = new float[vocabulary];
        float[] unconditional = new float[vocabulary];
        for (int token = 0; token < scale.tokens(); token++) {
            logits.conditional().copyRow(image, token, conditional);
            if (logits.unconditional() != null) {
                logits.unconditional().copyRow(image, token, unconditional);
            }
            guidance.combine(scale, conditional, unconditional, conditional);
            System.arraycopy(conditional, 0, scores, token * vocabulary, vocabulary);
        }
        return scores;
    }

    @Override
    public void close() {}
}
