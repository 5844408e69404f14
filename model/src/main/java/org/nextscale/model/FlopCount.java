package org.nextscale.model;

import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.support.TokenizerLayers;

/**
 * Useful work of a model in floating-point operations, a multiplication and an addition counting two: matrix products,
 * convolutions and attention, without norms and activations. What a profile divides by time.
 */
public final class FlopCount {
    private static final int KERNEL_3X3 = 9;

    private FlopCount() {}

    /**
     * One scale of the transformer.
     *
     * @param rows images, counted twice under classifier-free guidance
     */
    public static long transformer(TransformerSpec spec, Scale scale, int rows) {
        long tokens = scale.tokens();
        long seen = spec.pyramid().begin(scale.index()) + tokens;
        long width = spec.width();
        long linears = 2 * tokens * width * (4 * width + 2L * spec.feedForward());
        long attention = 2 * 2 * tokens * seen * width;
        long head = 2 * tokens * width * spec.vocabularySize();
        long embedding = scale.index() == 0 ? 0 : 2 * tokens * width * spec.latentChannels();
        return rows * (spec.depth() * (linears + attention) + head + embedding);
    }

    /** All scales of the transformer together. */
    public static long transformer(TransformerSpec spec, int rows) {
        ScalePyramid pyramid = spec.pyramid();
        long sum = 0;
        for (int k = 0; k < pyramid.scales(); k++) {
            sum += transformer(spec, pyramid.scale(k), rows);
        }
        return sum;
    }

    /**
     * The decoder, with {@code post_quant_conv}.
     *
     * @param side cells along an edge of the feature map
     */
    public static long decoder(TokenizerSpec spec, int side, int images) {
        Layers layers = new Layers((long) side * side);
        TokenizerLayers.decoder(spec, layers);
        return images * layers.flops;
    }

    /** Adds up layers. */
    private static final class Layers implements TokenizerLayers.Visitor {
        private long cells;
        private long flops;

        Layers(long cells) {
            this.cells = cells;
        }

        @Override
        public void convolution(String name, int in, int out) {
            flops += 2 * cells * in * out * KERNEL_3X3;
        }

        @Override
        public void residualBlock(String name, int in, int out) {
            convolution(name, in, out);
            convolution(name, out, out);
            flops += in == out ? 0 : 2 * cells * in * out;
        }

        @Override
        public void attention(String name, int channels) {
            flops += 2 * cells * channels * 4 * channels + 2 * 2 * cells * cells * channels;
        }

        @Override
        public void downsample(String name, int channels) {
            cells /= 4;
            convolution(name, channels, channels);
        }

        @Override
        public void upsample(String name, int channels) {
            cells *= 4;
            convolution(name, channels, channels);
        }

        @Override
        public void output(String norm, String convolution, int in, int out) {
            convolution(convolution, in, out);
        }
    }
}
