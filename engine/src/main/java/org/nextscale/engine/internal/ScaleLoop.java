package org.nextscale.engine.internal;

import java.util.stream.IntStream;
import org.nextscale.api.backend.Generation;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.sampling.Guidance;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.SampledTokens;
import org.nextscale.api.sampling.TokenSampler;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.VisualTokenizer;

/**
 * Next-scale prediction (VAR, section 3.1), coarse to fine: transformer → guidance → sampler → codes → accumulate. Everything
 * random is drawn here on the host, keyed by image and scale, so that batches and backends do not matter.
 */
public record ScaleLoop(
        ScaleTransformer transformer,
        VisualTokenizer tokenizer,
        TokenSampler sampler,
        Guidance guidance,
        KeptFeatures kept,
        RandomSource random) {
    /** Tokens that are worth waking another thread for. */
    private static final int MANY_TOKENS = 16;

    /**
     * Makes one batch.
     *
     * @param labels class of every image
     * @param firstImage number of the first image under the seed
     * @param observer is told of every scale; may stop the loop by throwing
     * @return f̂ of the batch, for the decoder
     */
    public FeatureMap run(int[] labels, long firstImage, ScaleObserver observer) {
        ScalePyramid pyramid = transformer.spec().pyramid();
        FeatureAccumulator features = tokenizer.accumulator(labels.length, pyramid);
        boolean guided = guidance.usesUnconditional(pyramid.scale(0));
        try (Generation generation = transformer.begin(labels, guided)) {
            for (int k = 0; k < pyramid.scales(); k++) {
                Scale scale = pyramid.scale(k);
                observer.begins(scale);
                ScaleLogits logits = generation.next(features.nextInput(), guidance.usesUnconditional(scale));
                observer.predicted(scale, logits);
                float[] embeddings = new float
                        [labels.length * scale.tokens() * tokenizer.spec().latentChannels()];
                IntStream.range(0, labels.length).parallel().forEach(image -> {
                    float[] scores = guide(scale, logits, image);
                    observer.guided(scale, image, scores);
                    SampledTokens tokens =
                            sampler.sample(scale, scores, random.stream(firstImage + image, scale.index()));
                    observer.sampled(scale, image, tokens);
                    copy(embed(tokens), embeddings, image);
                });
                kept.restore(scale, embeddings);
                features.add(embeddings);
                observer.ends(scale, features);
            }
        }
        return features.featureMap();
    }

    private float[] guide(Scale scale, ScaleLogits logits, int image) {
        int vocabulary = logits.conditional().vocabulary();
        float[] scores = new float[scale.tokens() * vocabulary];
        IntStream tokens = IntStream.range(0, scale.tokens());
        (scale.tokens() < MANY_TOKENS ? tokens : tokens.parallel()).forEach(token -> {
            float[] conditional = new float[vocabulary];
            logits.conditional().copyRow(image, token, conditional);
            float[] unconditional = null;
            if (logits.unconditional() != null) {
                unconditional = new float[vocabulary];
                logits.unconditional().copyRow(image, token, unconditional);
            }
            guidance.combine(scale, conditional, unconditional, conditional);
            System.arraycopy(conditional, 0, scores, token * vocabulary, vocabulary);
        });
        return scores;
    }

    private float[] embed(SampledTokens sampled) {
        return sampled.mixture() == null ? tokenizer.embed(sampled.tokens()) : tokenizer.mix(sampled.mixture());
    }

    private static void copy(float[] ofImage, float[] ofBatch, int image) {
        System.arraycopy(ofImage, 0, ofBatch, image * ofImage.length, ofImage.length);
    }
}
