package org.nextscale.backend.nd4j.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.Linear;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.support.TokenizerLayers;

/** Builds encoder and decoder out of a checkpoint. */
final class Stages {
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
        Builder builder = new Builder();
        TokenizerLayers.encoder(spec, builder);
        return List.copyOf(builder.stages);
    }

    /** Features to pixels, with {@code post_quant_conv}. */
    List<Stage> decoder() {
        Builder builder = new Builder();
        TokenizerLayers.decoder(spec, builder);
        return List.copyOf(builder.stages);
    }

    /** A stage a layer. */
    private final class Builder implements TokenizerLayers.Visitor {
        private final List<Stage> stages = new ArrayList<>();

        @Override
        public void convolution(String name, int in, int out) {
            stages.add(Stages.this.convolution(name, in, out));
        }

        @Override
        public void residualBlock(String name, int in, int out) {
            stages.add(Stages.this.residualBlock(name + ".", in, out));
        }

        @Override
        public void attention(String name, int channels) {
            stages.add(Stages.this.attention(name + ".", channels));
        }

        @Override
        public void downsample(String name, int channels) {
            stages.add(Stages.this.downsample(name, channels));
        }

        @Override
        public void upsample(String name, int channels) {
            stages.add(Stages.this.upsample(name, channels));
        }

        @Override
        public void output(String norm, String convolution, int in, int out) {
            stages.add(Stages.this.output(norm, convolution, in, out));
        }
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
    private Stage output(String normName, String name, int inputs, int outputs) {
        GroupNorm norm = GroupNorm.load(source, normName, inputs);
        Convolution convolution = load(name, inputs, outputs);
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
