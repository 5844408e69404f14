package org.nextscale.testkit.cranky;

import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.plugin.ParameterValues;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;
import org.nextscale.api.tokenizer.VisualTokenizerProvider;
import org.osgi.service.component.annotations.Component;

/** Its nonsense is a feature map of another shape; without a mood to the contrary it accumulates nothing but zeros. */
@Component(service = VisualTokenizerProvider.class)
public final class CrankyTokenizerProvider implements CrankyPlugin, VisualTokenizerProvider {
    @Override
    public VisualTokenizer create(TokenizerNetwork network, WeightSource weights, ParameterValues values) {
        Mood mood = Mood.of(values);
        return mood == Mood.NULL ? null : new CrankyTokenizer(mood, network);
    }

    private record CrankyTokenizer(Mood mood, TokenizerNetwork network) implements VisualTokenizer {
        @Override
        public TokenizerSpec spec() {
            return network.spec();
        }

        @Override
        public FeatureMap encode(Pixels images) {
            return network.encode(images);
        }

        @Override
        public Pixels decode(FeatureMap features) {
            return network.decode(features);
        }

        @Override
        public MultiScaleTokens quantize(FeatureMap features, ScalePyramid pyramid) {
            mood.act();
            return null;
        }

        @Override
        public FeatureAccumulator accumulator(int batch, ScalePyramid pyramid) {
            return new Zeros(mood, batch, pyramid, spec().latentChannels());
        }

        @Override
        public float[] embed(int[] tokens) {
            return new float[tokens.length * spec().latentChannels()];
        }

        @Override
        public float[] mix(float[] weights) {
            return new float[weights.length / spec().vocabularySize() * spec().latentChannels()];
        }
    }

    /** For one thread. */
    private static final class Zeros implements FeatureAccumulator {
        private final Mood mood;
        private final int batch;
        private final ScalePyramid pyramid;
        private final int channels;
        private int added;

        Zeros(Mood mood, int batch, ScalePyramid pyramid, int channels) {
            this.mood = mood;
            this.batch = batch;
            this.pyramid = pyramid;
            this.channels = channels;
        }

        @Override
        public void add(float[] embeddings) {
            mood.act();
            added++;
        }

        @Override
        public float[] nextInput() {
            boolean none = added == 0 || added == pyramid.scales();
            return new float[none ? 0 : batch * pyramid.tokens(added) * channels];
        }

        @Override
        public FeatureMap featureMap() {
            int side = mood == Mood.NONSENSE ? 1 : pyramid.finestSide();
            return new FeatureMap(batch, channels, side, side, new float[batch * channels * side * side]);
        }
    }
}
