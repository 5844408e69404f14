package org.nextscale.examples.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;

/**
 * The residual quantizer of VAR (section 3.2) made plain: every scale quantizes what the coarser ones left over, and its codes
 * are enlarged by repeating them, without bicubic interpolation and without the Phi convolutions behind it. Encoder and decoder
 * are the model's own, which a backend has loaded. Immutable and thread-safe.
 *
 * <p>There are no {@code quantizerTables()}: they would promise a device that this tokenizer goes VAR's way from tokens to
 * features.
 *
 * @param network encoder and decoder; not ours to close
 */
record NearestTokenizer(TokenizerNetwork network, Codebook codebook) implements VisualTokenizer {
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
        Maps rest = new Maps(
                features.channels(), features.height(), features.values().clone());
        List<int[]> scales = new ArrayList<>();
        for (int side : pyramid.patchNums()) {
            int[] tokens = codebook.nearest(rest.reduced(side));
            rest.addEnlarged(codebook.embed(tokens), side, -1);
            scales.add(tokens);
        }
        return new MultiScaleTokens(pyramid, features.batch(), scales);
    }

    @Override
    public FeatureAccumulator accumulator(int batch, ScalePyramid pyramid) {
        return new Accumulator(batch, pyramid);
    }

    @Override
    public float[] embed(int[] tokens) {
        return codebook.embed(tokens);
    }

    @Override
    public float[] mix(float[] weights) {
        return codebook.mix(weights);
    }

    /** f̂, to which every scale adds its enlarged codes. */
    private final class Accumulator implements FeatureAccumulator {
        private final int batch;
        private final ScalePyramid pyramid;
        private final Maps sum;
        private int added;

        Accumulator(int batch, ScalePyramid pyramid) {
            this.batch = batch;
            this.pyramid = pyramid;
            int z = spec().latentChannels();
            int side = pyramid.finestSide();
            sum = new Maps(z, side, new float[Math.multiplyExact(batch, z * side * side)]);
        }

        @Override
        public void add(float[] embeddings) {
            if (added == pyramid.scales()) {
                throw new IllegalStateException("all " + added + " scales have been added");
            }
            sum.addEnlarged(embeddings, pyramid.side(added), 1);
            added++;
        }

        @Override
        public float[] nextInput() {
            boolean between = added > 0 && added < pyramid.scales();
            return between ? sum.reduced(pyramid.side(added)) : new float[0];
        }

        @Override
        public FeatureMap featureMap() {
            return new FeatureMap(
                    batch,
                    spec().latentChannels(),
                    sum.side(),
                    sum.side(),
                    sum.values().clone());
        }
    }
}
