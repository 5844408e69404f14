package org.nextscale.engine.internal.generation;

import java.util.Optional;
import java.util.stream.IntStream;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.Logits;
import org.nextscale.api.backend.ScaleLogits;
import org.nextscale.api.backend.ScaleTransformer;
import org.nextscale.api.backend.TransformerSession;
import org.nextscale.api.model.Conditions;
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
        KeptTokens kept,
        RandomSource random) {
    /** Tokens that are worth waking another thread for. */
    private static final int MANY_TOKENS = 16;

    private static final float[] NOTHING = {};
    private static final int EXPONENT = 0x7f800000;
    private static final int LOWEST_OF_EXPONENT = 0x00800000;

    /**
     * Makes one batch.
     *
     * @param firstImage number of the first image under the seed
     * @param observer is told of every scale; may stop the loop by throwing
     * @return f̂ of the batch, for the decoder
     */
    public FeatureMap run(Conditions conditions, long firstImage, ScaleObserver observer) {
        ScalePyramid pyramid = transformer.spec().pyramid();
        int batch = conditions.size();
        FeatureAccumulator features = tokenizer.accumulator(batch, pyramid);
        boolean guided = guidance.usesUnconditional(pyramid.scale(0));
        try (TransformerSession session = transformer.begin(conditions, guided)) {
            for (int k = 0; k < pyramid.scales(); k++) {
                Scale scale = pyramid.scale(k);
                observer.begins(scale);
                ScaleLogits logits = session.next(features.nextInput(), guidance.usesUnconditional(scale));
                observer.predicted(scale, logits);
                float[] embeddings =
                        new float[batch * scale.tokens() * tokenizer.spec().latentChannels()];
                IntStream.range(0, batch).parallel().forEach(image -> {
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
        Optional<Logits> other = logits.unconditional();
        float[] scores = new float[scale.tokens() * vocabulary];
        IntStream tokens = IntStream.range(0, scale.tokens());
        (scale.tokens() < MANY_TOKENS ? tokens : tokens.parallel()).forEach(token -> {
            float[] conditional = row(scale, logits.conditional(), image, token);
            float[] unconditional = other.isPresent() ? row(scale, other.get(), image, token) : NOTHING;
            guidance.combine(scale, conditional, unconditional, conditional);
            System.arraycopy(conditional, 0, scores, token * vocabulary, vocabulary);
        });
        return scores;
    }

    /** What no model says: whatever came of it would be blamed on guidance or sampler. */
    private static float[] row(Scale scale, Logits logits, int image, int token) {
        float[] row = new float[logits.vocabulary()];
        logits.copyRow(image, token, row);
        int carried = 0;
        for (float logit : row) {
            // Infinities and NaNs, and they alone, have all bits of the exponent set: adding one carries into the sign.
            carried |= (Float.floatToRawIntBits(logit) & EXPONENT) + LOWEST_OF_EXPONENT;
        }
        if (carried < 0) {
            throw new BackendException("the logits of scale " + scale.index()
                    + " are not finite: the weights or the backend's arithmetic are broken");
        }
        return row;
    }

    private float[] embed(SampledTokens sampled) {
        return sampled.mixture().isPresent()
                ? tokenizer.mix(sampled.mixture().get())
                : tokenizer.embed(sampled.tokens());
    }

    private static void copy(float[] ofImage, float[] ofBatch, int image) {
        System.arraycopy(ofImage, 0, ofBatch, image * ofImage.length, ofImage.length);
    }
}
