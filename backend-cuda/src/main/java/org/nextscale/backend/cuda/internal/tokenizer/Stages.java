package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;

/**
 * Builds encoder and decoder out of a checkpoint, following VQGAN's parameter names. Attention stands behind every block
 * of the lowest level and in the middle.
 */
final class Stages {
    private final TokenizerSpec spec;
    private final TokenizerWeights weights;

    Stages(TokenizerSpec spec, TokenizerWeights weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /** Pixels to features, with {@code quant_conv}. */
    List<Stage> encoder() {
        List<Stage> stages = new ArrayList<>();
        int lowest = spec.levels() - 1;
        int channels = spec.channels();
        int z = spec.latentChannels();
        stages.add(convolution("encoder.conv_in", Pixels.CHANNELS, channels, Convolution.Way.SAME));
        for (int level = 0; level <= lowest; level++) {
            String name = "encoder.down." + level + ".";
            for (int block = 0; block < spec.residualBlocks(); block++) {
                stages.add(residualBlock(name + "block." + block + ".", channels, spec.channels(level)));
                channels = spec.channels(level);
                if (level == lowest) {
                    stages.add(attention(name + "attn." + block + ".", channels));
                }
            }
            if (level < lowest) {
                stages.add(convolution(name + "downsample.conv", channels, channels, Convolution.Way.HALVING));
            }
        }
        middle(stages, "encoder.mid.", channels);
        GroupNorm norm = GroupNorm.of(weights, "encoder.norm_out", channels);
        Convolution out = Convolution.of(weights, "encoder.conv_out", channels, z);
        stages.add(canvas -> {
            MapShape shape = canvas.shape();
            DeviceBuffer operand = norm.withSilu(canvas, canvas.map(), shape);
            convolve(canvas, out, Convolution.Way.SAME, operand);
        });
        Convolution quant = Convolution.of(weights, "quant_conv", z, z);
        stages.add(canvas -> finish(canvas, quant, canvas.map(), Float.POSITIVE_INFINITY));
        return List.copyOf(stages);
    }

    /** Features to pixels in [-1, 1], with {@code post_quant_conv}. */
    List<Stage> decoder() {
        List<Stage> stages = new ArrayList<>();
        int lowest = spec.levels() - 1;
        int channels = spec.channels(lowest);
        int z = spec.latentChannels();
        stages.add(convolution("post_quant_conv", z, z, Convolution.Way.SAME));
        stages.add(convolution("decoder.conv_in", z, channels, Convolution.Way.SAME));
        middle(stages, "decoder.mid.", channels);
        for (int level = lowest; level >= 0; level--) {
            String name = "decoder.up." + level + ".";
            for (int block = 0; block <= spec.residualBlocks(); block++) {
                stages.add(residualBlock(name + "block." + block + ".", channels, spec.channels(level)));
                channels = spec.channels(level);
                if (level == lowest) {
                    stages.add(attention(name + "attn." + block + ".", channels));
                }
            }
            if (level > 0) {
                stages.add(convolution(name + "upsample.conv", channels, channels, Convolution.Way.ENLARGING));
            }
        }
        GroupNorm norm = GroupNorm.of(weights, "decoder.norm_out", channels);
        Convolution out = Convolution.of(weights, "decoder.conv_out", channels, Pixels.CHANNELS);
        stages.add(canvas -> finish(canvas, out, norm.withSilu(canvas, canvas.map(), canvas.shape()), 1));
        return List.copyOf(stages);
    }

    private void middle(List<Stage> stages, String name, int channels) {
        stages.add(residualBlock(name + "block_1.", channels, channels));
        stages.add(attention(name + "attn_1.", channels));
        stages.add(residualBlock(name + "block_2.", channels, channels));
    }

    private Stage convolution(String name, int inputs, int outputs, Convolution.Way way) {
        Convolution convolution = Convolution.of(weights, name, inputs, outputs);
        return canvas -> convolve(canvas, convolution, way, canvas.map());
    }

    /** @param operand of the current map's shape */
    private static void convolve(Canvas canvas, Convolution convolution, Convolution.Way way, DeviceBuffer operand) {
        MapShape in = canvas.shape();
        MapShape out = convolution.result(in, way);
        convolution.run(canvas, in, way, operand, null, canvas.next(out));
        canvas.advance(out);
    }

    /** The last convolution, whose result leaves as planes. */
    private static void finish(Canvas canvas, Convolution convolution, DeviceBuffer operand, float limit) {
        MapShape in = canvas.shape();
        long elements = (long) in.images() * convolution.outputs() * in.positions();
        canvas.put(canvas.kernels()
                .products()
                .planes(
                        convolution.product(in, Convolution.Way.SAME),
                        in.images(),
                        operand,
                        convolution.kernelBuffer(),
                        convolution.biasBuffer(),
                        canvas.area(Areas.Area.OUTPUT, elements * Float.BYTES),
                        convolution.outputs(),
                        limit));
    }

    private Stage residualBlock(String name, int inputs, int outputs) {
        return new ResidualBlock(
                GroupNorm.of(weights, name + "norm1", inputs),
                Convolution.of(weights, name + "conv1", inputs, outputs),
                GroupNorm.of(weights, name + "norm2", outputs),
                Convolution.of(weights, name + "conv2", outputs, outputs),
                inputs == outputs ? null : Convolution.pointwise(weights, name + "nin_shortcut", inputs, outputs));
    }

    private Stage attention(String name, int channels) {
        String qkv = name + "qkv";
        int stored = 3 * channels;
        return new SelfAttention(
                GroupNorm.of(weights, name + "norm", channels),
                Convolution.part(weights, qkv, 0, channels, 2 * channels, stored, 1),
                Convolution.part(weights, qkv, 2 * channels, channels, channels, stored, 1),
                Convolution.pointwise(weights, name + "proj_out", channels, channels));
    }
}
