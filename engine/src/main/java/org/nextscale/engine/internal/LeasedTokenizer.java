package org.nextscale.engine.internal;

import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.api.tokenizer.VisualTokenizer;

/** A tokenizer whose networks are not closed while one of them computes. */
record LeasedTokenizer(VisualTokenizer tokenizer, OpenModel model) implements VisualTokenizer {

    @Override
    public FeatureMap encode(Pixels images) {
        return model.leased(() -> tokenizer.encode(images));
    }

    @Override
    public Pixels decode(FeatureMap features) {
        return model.leased(() -> tokenizer.decode(features));
    }

    @Override
    public TokenizerSpec spec() {
        return tokenizer.spec();
    }

    @Override
    public MultiScaleTokens quantize(FeatureMap features, ScalePyramid pyramid) {
        return tokenizer.quantize(features, pyramid);
    }

    @Override
    public FeatureMap accumulate(MultiScaleTokens tokens, int lastScale) {
        return tokenizer.accumulate(tokens, lastScale);
    }

    @Override
    public float[] teacherForcingInput(MultiScaleTokens tokens) {
        return tokenizer.teacherForcingInput(tokens);
    }

    @Override
    public FeatureAccumulator accumulator(int batch, ScalePyramid pyramid) {
        return tokenizer.accumulator(batch, pyramid);
    }

    @Override
    public float[] embed(int[] tokens) {
        return tokenizer.embed(tokens);
    }

    @Override
    public float[] mix(float[] weights) {
        return tokenizer.mix(weights);
    }
}
