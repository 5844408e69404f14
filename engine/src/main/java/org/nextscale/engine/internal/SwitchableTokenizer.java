package org.nextscale.engine.internal;

import java.util.Optional;
import java.util.function.Function;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.VisualTokenizer;

/** A model's tokenizer, wherever the model is deployed at the moment of a call. */
record SwitchableTokenizer(SwitchableGenerator generator) implements VisualTokenizer {

    private <T> T call(Function<VisualTokenizer, T> call) {
        return generator.onBackend(loaded -> call.apply(loaded.tokenizer()));
    }

    @Override
    public TokenizerSpec spec() {
        return generator.model().spec().tokenizer();
    }

    @Override
    public FeatureMap encode(Pixels images) {
        return call(tokenizer -> tokenizer.encode(images));
    }

    @Override
    public Pixels decode(FeatureMap features) {
        return call(tokenizer -> tokenizer.decode(features));
    }

    @Override
    public MultiScaleTokens quantize(FeatureMap features, ScalePyramid pyramid) {
        return call(tokenizer -> tokenizer.quantize(features, pyramid));
    }

    @Override
    public FeatureMap accumulate(MultiScaleTokens tokens, int lastScale) {
        return call(tokenizer -> tokenizer.accumulate(tokens, lastScale));
    }

    @Override
    public float[] teacherForcingInput(MultiScaleTokens tokens) {
        return call(tokenizer -> tokenizer.teacherForcingInput(tokens));
    }

    @Override
    public FeatureAccumulator accumulator(int batch, ScalePyramid pyramid) {
        return call(tokenizer -> tokenizer.accumulator(batch, pyramid));
    }

    @Override
    public float[] embed(int[] tokens) {
        return call(tokenizer -> tokenizer.embed(tokens));
    }

    @Override
    public float[] mix(float[] weights) {
        return call(tokenizer -> tokenizer.mix(weights));
    }

    @Override
    public Optional<QuantizerTables> quantizerTables() {
        return call(VisualTokenizer::quantizerTables);
    }
}
