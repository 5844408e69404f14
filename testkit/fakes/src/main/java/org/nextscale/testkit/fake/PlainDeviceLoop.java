package org.nextscale.testkit.fake;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.nextscale.api.backend.DeviceBatch;
import org.nextscale.api.backend.DeviceLoop;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.Parameter;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.plugin.Plugin;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.sampling.ExactAlgorithm;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.GuidanceProvider;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.QuantizerTables;

/**
 * A scale loop in plain Java, apart from the engine's: samplers and guidances found in {@code META-INF/services} by the names of
 * their algorithms, f̂ by {@link PlainFeatures}. Like a device with a queue it looks whether it is to stop a scale early.
 * Thread-safe.
 */
public final class PlainDeviceLoop implements DeviceLoop {
    private final ScaleTransformer transformer;
    private final QuantizerTables tables;
    private final Set<String> algorithms;
    private final AtomicInteger runs = new AtomicInteger();
    private volatile Optional<RuntimeException> failure = Optional.empty();

    /** @param samplers names of the algorithms that it supports, with any guidance */
    public PlainDeviceLoop(ScaleTransformer transformer, QuantizerTables tables, Set<String> samplers) {
        this.transformer = transformer;
        this.tables = tables;
        this.algorithms = Set.copyOf(samplers);
    }

    /** Batches run so far. */
    public int runs() {
        return runs.get();
    }

    /** Fails at the second scale of every batch from now on, or no longer. */
    public void failing(Optional<RuntimeException> with) {
        failure = with;
    }

    @Override
    public boolean supports(ExactAlgorithm sampler, ExactAlgorithm guidance) {
        return algorithms.contains(sampler.name()) && guidance(guidance).isPresent();
    }

    private static Optional<TokenSampler> sampler(ExactAlgorithm algorithm) {
        return find(TokenSamplerProvider.class, TokenSamplerProvider::algorithm, algorithm)
                .map(provider -> provider.create(algorithm.values()));
    }

    private static Optional<Guidance> guidance(ExactAlgorithm algorithm) {
        return find(GuidanceProvider.class, GuidanceProvider::algorithm, algorithm)
                .map(provider -> provider.create(algorithm.values()));
    }

    /** The one that would offer just this algorithm. */
    private static <P extends Plugin> Optional<P> find(
            Class<P> kind, BiFunction<P, ParameterValues, Optional<ExactAlgorithm>> algorithm, ExactAlgorithm wanted) {
        Set<String> told = wanted.values().asMap().keySet();
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> told.equals(
                        provider.parameters().stream().map(Parameter::name).collect(Collectors.toSet())))
                .filter(provider -> algorithm
                        .apply(provider, wanted.values())
                        .filter(offered -> offered.name().equals(wanted.name()))
                        .isPresent())
                .findFirst();
    }

    @Override
    public FeatureMap run(DeviceBatch batch, Listener listener, Cancellation cancellation) {
        runs.incrementAndGet();
        TokenSampler sampler = sampler(batch.sampler()).orElseThrow();
        Guidance guidance = guidance(batch.guidance()).orElseThrow();
        ScalePyramid pyramid = transformer.spec().pyramid();
        Conditions conditions = batch.conditions();
        PlainFeatures[] features = new PlainFeatures[conditions.size()];
        for (int image = 0; image < features.length; image++) {
            features[image] =
                    new PlainFeatures(tables, pyramid, transformer.spec().latentChannels());
        }
        try (TransformerSession session = transformer.begin(conditions, guidance.usesUnconditional(pyramid.scale(0)))) {
            cancellation.throwIfCancelled();
            for (int k = 0; k < pyramid.scales(); k++) {
                if (k == 1 && failure.isPresent()) {
                    throw failure.get();
                }
                Scale scale = pyramid.scale(k);
                ScaleLogits logits = session.next(input(features, k), guidance.usesUnconditional(scale));
                for (int image = 0; image < features.length; image++) {
                    float[] scores = guided(logits, image, scale, guidance);
                    RandomStream random = RandomSource.of(batch.seed()).stream(batch.firstImage() + image, k);
                    add(features[image], scale, sampler.sample(scale, scores, random));
                }
                cancellation.throwIfCancelled();
                listener.scaleDone(scale, () -> PlainFeatures.join(List.of(features)));
            }
        }
        return PlainFeatures.join(List.of(features));
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
        if (sampled.mixture().isPresent()) {
            features.addMixtures(scale, sampled.mixture().get());
        } else {
            features.addCodes(scale, sampled.tokens());
        }
    }

    private static float[] guided(ScaleLogits logits, int image, Scale scale, Guidance guidance) {
        int vocabulary = logits.conditional().vocabulary();
        Optional<Logits> other = logits.unconditional();
        float[] scores = new float[scale.tokens() * vocabulary];
        float[] conditional = new float[vocabulary];
        float[] unconditional = new float[other.isPresent() ? vocabulary : 0];
        for (int token = 0; token < scale.tokens(); token++) {
            logits.conditional().copyRow(image, token, conditional);
            if (other.isPresent()) {
                other.get().copyRow(image, token, unconditional);
            }
            guidance.combine(scale, conditional, unconditional, conditional);
            System.arraycopy(conditional, 0, scores, token * vocabulary, vocabulary);
        }
        return scores;
    }

    @Override
    public void close() {}
}
