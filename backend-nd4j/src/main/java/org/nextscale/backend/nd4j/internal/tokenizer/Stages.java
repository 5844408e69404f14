package org.nextscale.backend.nd4j.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;

/**
 * Builds encoder and decoder out of a checkpoint, following VQGAN's parameter names. Attention stands behind every block
 * of the lowest level and in the middle.
 */
final class Stages {
    private static final int RGB = 3;

    private final TokenizerSpec spec;
    private final WeightSource source;
    private final NativeMemory memory;
    private final Workers workers;

    Stages(TokenizerSpec spec, WeightSource source, NativeMemory memory, Workers workers) {
        this.spec = spec;
        this.source = source;
        this.memory = memory;
        this.workers = workers;
    }

    /** Pixels to features, with {@code quant_conv}. */
    List<Stage> encoder() {
        List<Stage> stages = new ArrayList<>();
        int lowest = spec.levels() - 1;
        int channels = spec.channels();
        stages.add(convolution("encoder.conv_in", RGB, channels));
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
                stages.add(downsample(name + "downsample.conv", channels));
            }
        }
        middle(stages, "encoder.mid.", channels);
        stages.add(output("encoder.", channels, spec.latentChannels()));
        stages.add(convolution("quant_conv", spec.latentChannels(), spec.latentChannels()));
        return List.copyOf(stages);
    }

    /** Features to pixels, with {@code post_quant_conv}. */
    List<Stage> decoder() {
        List<Stage> stages = new ArrayList<>();
        int lowest = spec.levels() - 1;
        int channels = spec.channels(lowest);
        stages.add(convolution("post_quant_conv", spec.latentChannels(), spec.latentChannels()));
        stages.add(convolution("decoder.conv_in", spec.latentChannels(), channels));
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
                stages.add(upsample(name + "upsample.conv", channels));
            }
        }
        stages.add(output("decoder.", channels, RGB));
        return List.copyOf(stages);
    }

    private void middle(List<Stage> stages, String name, int channels) {
        stages.add(residualBlock(name + "block_1.", channels, channels));
        stages.add(attention(name + "attn_1.", channels));
        stages.add(residualBlock(name + "block_2.", channels, channels));
    }

    private Stage convolution(String name, int inputs, int outputs) {
        Convolution convolution = load(name, inputs, outputs);
        return canvas -> convolve(canvas, convolution, Canvas.PixelFunction.NONE, 1);
    }

    /** Nearest neighbour ×2, then a convolution. */
    private Stage upsample(String name, int channels) {
        Convolution convolution = load(name, channels, channels);
        return canvas -> convolve(canvas, convolution, Canvas.PixelFunction.NONE, 2);
    }

    /** Norm, SiLU, convolution. */
    private Stage output(String name, int inputs, int outputs) {
        GroupNorm norm = GroupNorm.load(source, name + "norm_out", inputs);
        Convolution convolution = load(name + "conv_out", inputs, outputs);
        return canvas -> convolve(canvas, convolution, norm.withSilu(canvas), 1);
    }

    private static void convolve(Canvas canvas, Convolution convolution, Canvas.PixelFunction function, int zoom) {
        int height = canvas.height() * zoom;
        int width = canvas.width() * zoom;
        Floats padded = canvas.pad(function, zoom, 1, 1);
        Floats result = canvas.next((long) height * width * convolution.outputs());
        convolution.run(canvas.workers(), padded, width + 2, 1, height, width, result);
        canvas.advance(height, width, convolution.outputs());
    }

    /** One row of zeros below and one column to the right, then a convolution with stride 2. */
    private Stage downsample(String name, int channels) {
        Convolution convolution = load(name, channels, channels);
        return canvas -> {
            int height = canvas.height() / 2;
            int width = canvas.width() / 2;
            Floats padded = canvas.pad(Canvas.PixelFunction.NONE, 1, 0, 1);
            Floats result = canvas.next((long) height * width * channels);
            convolution.run(canvas.workers(), padded, canvas.width() + 1, 2, height, width, result);
            canvas.advance(height, width, channels);
        };
    }

    private Stage residualBlock(String name, int inputs, int outputs) {
        return new ResidualBlock(
                GroupNorm.load(source, name + "norm1", inputs),
                load(name + "conv1", inputs, outputs),
                GroupNorm.load(source, name + "norm2", outputs),
                load(name + "conv2", outputs, outputs),
                inputs == outputs ? null : pointwise(name + "nin_shortcut", 0, inputs, outputs, outputs));
    }

    private Stage attention(String name, int channels) {
        String qkv = name + "qkv";
        return new SelfAttention(
                GroupNorm.load(source, name + "norm", channels),
                pointwise(qkv, 0, channels, channels, 3 * channels),
                pointwise(qkv, channels, channels, channels, 3 * channels),
                pointwise(qkv, 2 * channels, channels, channels, 3 * channels),
                pointwise(name + "proj_out", 0, channels, channels, channels));
    }

    private Convolution load(String name, int inputs, int outputs) {
        return Convolution.load(source, name, inputs, outputs, memory, workers);
    }

    /** Rows {@code first} to {@code first + outputs − 1} of a 1×1 convolution of {@code stored} outputs. */
    private Linear pointwise(String name, int first, int inputs, int outputs, int stored) {
        source.require(name + ".weight", stored, inputs, 1, 1);
        float[] bias = java.util.Arrays.copyOfRange(source.read(name + ".bias", stored), first, first + outputs);
        return Linear.load(source, name + ".weight", first, inputs, outputs, bias, memory, workers);
    }
}
