package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.support.TokenizerLayers;

/** Builds encoder and decoder out of a checkpoint. */
final class Stages {
    private final TokenizerSpec spec;
    private final TokenizerWeights weights;

    Stages(TokenizerSpec spec, TokenizerWeights weights) {
        this.spec = spec;
        this.weights = weights;
    }

    /** Pixels to features, with {@code quant_conv}. */
    List<Stage> encoder() {
        Builder builder = new Builder("quant_conv", Float.POSITIVE_INFINITY);
        TokenizerLayers.encoder(spec, builder);
        return List.copyOf(builder.stages);
    }

    /** Features to pixels in [-1, 1], with {@code post_quant_conv}. */
    List<Stage> decoder() {
        Builder builder = new Builder("decoder.conv_out", 1);
        TokenizerLayers.decoder(spec, builder);
        return List.copyOf(builder.stages);
    }

    /** A stage a layer; the result of the last one leaves as planes. */
    private final class Builder implements TokenizerLayers.Visitor {
        private final List<Stage> stages = new ArrayList<>();
        private final String last;
        private final float limit;

        /**
         * @param last the network's last convolution
         * @param limit of what it puts out
         */
        Builder(String last, float limit) {
            this.last = last;
            this.limit = limit;
        }

        @Override
        public void convolution(String name, int in, int out) {
            Convolution convolution = Convolution.of(weights, name, in, out);
            stages.add(canvas -> leave(canvas, name, convolution, canvas.map()));
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
            stages.add(Stages.this.convolution(name, channels, channels, Convolution.Way.HALVING));
        }

        @Override
        public void upsample(String name, int channels) {
            stages.add(Stages.this.convolution(name, channels, channels, Convolution.Way.ENLARGING));
        }

        @Override
        public void output(String normName, String name, int in, int out) {
            GroupNorm norm = GroupNorm.of(weights, normName, in);
            Convolution convolution = Convolution.of(weights, name, in, out);
            stages.add(canvas -> leave(canvas, name, convolution, norm.withSilu(canvas, canvas.map(), canvas.shape())));
        }

        private void leave(Canvas canvas, String name, Convolution convolution, DeviceBuffer operand) {
            if (name.equals(last)) {
                putPlanes(canvas, convolution, operand, limit);
            } else {
                convolve(canvas, convolution, Convolution.Way.SAME, operand);
            }
        }
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
    private static void putPlanes(Canvas canvas, Convolution convolution, DeviceBuffer operand, float limit) {
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
                        canvas.memory(ScratchMemory.Use.OUTPUT, elements * Float.BYTES),
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
