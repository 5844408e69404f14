package org.nextscale.engine.internal.verify;

import static org.nextscale.engine.internal.verify.Promises.require;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.sampling.TokenSamplerProvider;

/** What {@link TokenSampler} promises. */
public final class SamplerPromises {
    private static final ScalePyramid PYRAMID = ScalePyramid.of(1, 2, 3, 5);
    private static final int VOCABULARY = 64;
    private static final int THREADS = 4;
    private static final int ROUNDS = 8;
    private static final RandomSource DRAWS = RandomSource.of(1);

    /** Weights are float32: their sum over a vocabulary is off by less. */
    private static final double ROUNDING = 1e-3;

    private final TokenSamplerProvider provider;
    private final ParameterValues values;

    private SamplerPromises(TokenSamplerProvider provider, ParameterValues values) {
        this.provider = provider;
        this.values = values;
    }

    /** Checks samplers that are told these values. */
    public static void check(TokenSamplerProvider provider, ParameterValues values, Promises promises) {
        SamplerPromises sampler = new SamplerPromises(provider, values);
        promises.check("it chooses a code of the vocabulary for every token of every scale", sampler::everyScale);
        promises.check("the same logits and draws give the same tokens", sampler::pure);
        promises.check("samplers told the same are the same", sampler::interchangeable);
        promises.check("scales may come in any order, and on several threads at once", sampler::threadSafe);
        promises.check("logits may be equal, or far apart", sampler::extremes);
        promises.check("a vocabulary may be small or large", sampler::vocabularies);
        promises.check("weights of a mixture are not negative and sum to one", sampler::mixtures);
        promises.check("what it computes on a device is named, if it may be", sampler::algorithm);
    }

    private TokenSampler sampler() {
        return provider.create(values);
    }

    private static float[] noise(Scale scale, int vocabulary) {
        Random random = new Random(scale.index());
        float[] logits = new float[scale.tokens() * vocabulary];
        for (int i = 0; i < logits.length; i++) {
            logits[i] = (float) random.nextGaussian() * 3;
        }
        return logits;
    }

    private static SampledTokens sample(TokenSampler sampler, Scale scale) {
        return sampler.sample(scale, noise(scale, VOCABULARY), DRAWS.stream(7, scale.index()));
    }

    private static void requireSame(Scale scale, SampledTokens wanted, SampledTokens found, String when) {
        boolean same = Arrays.equals(wanted.tokens(), found.tokens())
                && wanted.mixture().isPresent() == found.mixture().isPresent()
                && Arrays.equals(
                        wanted.mixture().orElse(new float[0]), found.mixture().orElse(new float[0]));
        require(same, "other tokens at scale " + scale.index() + when);
    }

    private static List<Scale> scales() {
        return IntStream.range(0, PYRAMID.scales()).mapToObj(PYRAMID::scale).toList();
    }

    /** The engine's guard looks at what comes back. */
    private void everyScale() {
        TokenSampler sampler = sampler();
        scales().forEach(scale -> sample(sampler, scale));
    }

    private void pure() {
        TokenSampler sampler = sampler();
        scales().forEach(scale ->
                requireSame(scale, sample(sampler, scale), sample(sampler, scale), " when asked again"));
    }

    private void interchangeable() {
        TokenSampler sampler = sampler();
        TokenSampler other = sampler();
        scales().forEach(scale ->
                requireSame(scale, sample(sampler, scale), sample(other, scale), " from another sampler"));
    }

    private void threadSafe() {
        TokenSampler sampler = sampler();
        List<SampledTokens> wanted =
                scales().stream().map(scale -> sample(sampler, scale)).toList();
        List<Scale> backwards = new ArrayList<>(scales());
        Collections.reverse(backwards);
        IntStream.range(0, THREADS * ROUNDS)
                .parallel()
                .forEach(round -> backwards.forEach(scale -> requireSame(
                        scale,
                        wanted.get(scale.index()),
                        sample(sampler, scale),
                        " in another order, or beside another thread")));
    }

    private void extremes() {
        TokenSampler sampler = sampler();
        Scale scale = PYRAMID.scale(1);
        for (float height : new float[] {0, 1e4f, -1e4f, 1e30f}) {
            float[] logits = new float[scale.tokens() * VOCABULARY];
            for (int token = 0; token < scale.tokens(); token++) {
                logits[token * VOCABULARY + token] = height;
            }
            sampler.sample(scale, logits, DRAWS.stream(0, scale.index()));
        }
    }

    private void vocabularies() {
        TokenSampler sampler = sampler();
        Scale scale = PYRAMID.scale(2);
        for (int vocabulary : new int[] {2, 4096}) {
            sampler.sample(scale, noise(scale, vocabulary), DRAWS.stream(0, scale.index()));
        }
    }

    private void mixtures() {
        TokenSampler sampler = sampler();
        for (Scale scale : scales()) {
            sample(sampler, scale).mixture().ifPresent(weights -> requireWeights(scale, weights));
        }
    }

    private static void requireWeights(Scale scale, float[] weights) {
        for (int token = 0; token < scale.tokens(); token++) {
            double sum = 0;
            for (int code = 0; code < VOCABULARY; code++) {
                float weight = weights[token * VOCABULARY + code];
                require(weight >= 0, "a weight of " + weight + " at scale " + scale.index());
                sum += weight;
            }
            require(Math.abs(sum - 1) <= ROUNDING, "weights at scale " + scale.index() + " sum to " + sum);
        }
    }

    private void algorithm() {
        provider.algorithm(values)
                .ifPresent(algorithm -> require(
                        algorithm.name().matches("\\S+/\\d+"),
                        "'" + algorithm.name() + "' is not a name and a version, as multinomial/1 is"));
    }
}
