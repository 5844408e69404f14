package org.nextscale.tokenizer.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.tokenizer.FeatureAccumulator;
import org.nextscale.api.tokenizer.FeatureMap;
import org.nextscale.api.tokenizer.MultiScaleTokens;
import org.nextscale.api.tokenizer.QuantizerTables;
import org.nextscale.api.tokenizer.TokenizerNetwork;
import org.nextscale.api.tokenizer.VisualTokenizer;

/** The multi-scale VQVAE: networks from a backend, residual quantization over the scales here (VAR, algorithms 1 and 2). */
final class MultiScaleTokenizer implements VisualTokenizer {
    private final TokenizerNetwork network;
    private final Codebook codebook;
    private final Phi phi;

    MultiScaleTokenizer(TokenizerNetwork network, WeightSource weights) {
        this.network = network;
        codebook = new Codebook(network.spec(), weights);
        phi = new Phi(network.spec(), weights);
    }

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
        int side = pyramid.finestSide();
        if (features.height() != side || features.width() != side) {
            throw new InvalidInputException("a feature map of " + features.height() + "x" + features.width()
                    + " does not fit a pyramid that ends at " + side + "x" + side);
        }
        int batch = features.batch();
        List<int[]> tokens = new ArrayList<>();
        for (int k = 0; k < pyramid.scales(); k++) {
            tokens.add(new int[batch * pyramid.tokens(k)]);
        }
        IntStream.range(0, batch).parallel().forEach(image -> quantize(features, image, pyramid, tokens));
        return new MultiScaleTokens(pyramid, batch, tokens);
    }

    private void quantize(FeatureMap features, int image, ScalePyramid pyramid, List<int[]> tokens) {
        int z = features.channels();
        int side = pyramid.finestSide();
        int size = z * side * side;
        float[] rest = Arrays.copyOfRange(features.values(), image * size, (image + 1) * size);
        for (int k = 0; k < pyramid.scales(); k++) {
            Scale scale = pyramid.scale(k);
            int cells = scale.tokens();
            float[] small = MapResampling.area(rest, z, side, scale.side());
            codebook.nearest(small, cells, tokens.get(k), image * cells);
            int[] chosen = Arrays.copyOfRange(tokens.get(k), image * cells, (image + 1) * cells);
            float[] added = new float[size];
            addScale(scale, codebook.embed(chosen), 0, side, added, 0);
            for (int i = 0; i < size; i++) {
                rest[i] -= added[i];
            }
        }
    }

    /** Enlarges one image's embeddings {@code [tokens, z]} of a scale, applies Phi, and adds them to f̂ at an offset. */
    private void addScale(Scale scale, float[] embeddings, int from, int side, float[] sum, int offset) {
        int z = spec().latentChannels();
        int cells = scale.tokens();
        float[] planes = new float[z * cells];
        for (int cell = 0; cell < cells; cell++) {
            for (int c = 0; c < z; c++) {
                planes[c * cells + cell] = embeddings[from + cell * z + c];
            }
        }
        phi.addTo(scale, MapResampling.bicubic(planes, z, scale.side(), side), side, sum, offset);
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

    @Override
    public Optional<QuantizerTables> quantizerTables() {
        return Optional.of(new QuantizerTables(codebook.codes(), phi.convolutions()));
    }

    /** f̂ of a batch, {@code [batch, z, side, side]}. */
    private final class Accumulator implements FeatureAccumulator {
        private final int batch;
        private final ScalePyramid pyramid;
        private final int side;
        private final int z = spec().latentChannels();
        private final float[] sum;
        private int next;

        Accumulator(int batch, ScalePyramid pyramid) {
            this.batch = batch;
            this.pyramid = pyramid;
            side = pyramid.finestSide();
            sum = new float[Math.multiplyExact(batch, z * side * side)];
        }

        @Override
        public void add(float[] embeddings) {
            if (next == pyramid.scales()) {
                throw new IllegalStateException("all " + next + " scales have been added");
            }
            Scale scale = pyramid.scale(next);
            int length = scale.tokens() * z;
            if (embeddings.length != batch * length) {
                throw new IllegalArgumentException(
                        embeddings.length + " values are not [" + batch + ", " + scale.tokens() + ", " + z + "]");
            }
            IntStream.range(0, batch)
                    .parallel()
                    .forEach(image -> addScale(scale, embeddings, image * length, side, sum, image * z * side * side));
            next++;
        }

        @Override
        public float[] nextInput() {
            if (next == 0 || next == pyramid.scales()) {
                return new float[0];
            }
            int cells = pyramid.tokens(next);
            float[] planes = MapResampling.area(sum, batch * z, side, pyramid.side(next));
            float[] input = new float[planes.length];
            for (int image = 0; image < batch; image++) {
                for (int c = 0; c < z; c++) {
                    for (int cell = 0; cell < cells; cell++) {
                        input[(image * cells + cell) * z + c] = planes[(image * z + c) * cells + cell];
                    }
                }
            }
            return input;
        }

        @Override
        public FeatureMap featureMap() {
            return new FeatureMap(batch, z, side, side, sum.clone());
        }
    }
}
