package org.nextscale.engine;

import org.nextscale.api.model.Scale;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

/**
 * Useful work of a model in floating-point operations, a multiplication and an addition counting two: matrix products,
 * convolutions and attention, without norms and activations. What a profile divides by time.
 */
public final class Work {
    private static final int KERNEL_3X3 = 9;

    private Work() {}

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
        int last = spec.levels() - 1;
        long cells = (long) side * side;
        long z = spec.latentChannels();
        long channels = spec.channels(last);
        long sum = convolution(cells, z, z) + convolution(cells, z, channels);
        sum += 2 * residualBlock(cells, channels, channels) + attention(cells, channels);
        for (int level = last; level >= 0; level--) {
            long width = spec.channels(level);
            for (int block = 0; block <= spec.residualBlocks(); block++) {
                sum += residualBlock(cells, channels, width);
                channels = width;
                if (level == last) {
                    sum += attention(cells, width);
                }
            }
            if (level > 0) {
                cells *= 4;
                sum += convolution(cells, width, width);
            }
        }
        return images * (sum + convolution(cells, channels, 3));
    }

    private static long residualBlock(long cells, long in, long out) {
        long shortcut = in == out ? 0 : 2 * cells * in * out;
        return convolution(cells, in, out) + convolution(cells, out, out) + shortcut;
    }

    private static long convolution(long cells, long in, long out) {
        return 2 * cells * in * out * KERNEL_3X3;
    }

    private static long attention(long cells, long channels) {
        return 2 * cells * channels * 4 * channels + 2 * 2 * cells * cells * channels;
    }
}
