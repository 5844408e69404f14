package org.nextscale.backend.onnx.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.image.Pixels;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;
import org.nextscale.backend.support.TokenizerLayers;

/**
 * Writes the tokenizer's two networks, by the names of the published checkpoints. Each is a chain of layers, cut into
 * graphs whose weights are small: while a session is made of a graph its weights are in memory up to four times.
 */
public final class TokenizerGraphs {
    static final String INPUT = "x";
    static final String OUTPUT = "y";

    /** Bytes of weights that one graph may have, if it has more than one layer. */
    private static final long GRAPH_BYTES = 48L << 20;

    private final TokenizerSpec spec;
    private final WeightSet weights;
    private final boolean quantized;
    private final long graphBytes;

    /** Writes one layer. */
    private interface Layer {
        Value write(ConvolutionalLayers layers, Value x);
    }

    /**
     * A layer and what comes out of it.
     *
     * @param elements of its weights, roughly
     * @param channels of the map behind it
     * @param cell pixels along an edge of one cell of the map behind it
     */
    private record Step(long elements, int channels, int cell, Layer layer) {
        /** The same with another layer behind it, in the same graph whatever its size. */
        Step followedBy(long more, int channelsBehind, Layer next) {
            return new Step(
                    elements + more, channelsBehind, cell, (layers, x) -> next.write(layers, layer.write(layers, x)));
        }
    }

    /**
     * A graph of some layers from {@link #INPUT} to {@link #OUTPUT}, {@code [batch, channels, height, width]} both.
     *
     * @param channels of the output
     * @param cell pixels along an edge of one cell of the output
     */
    public record Part(GraphBuilder graph, int channels, int cell) {}

    /** @param quantized whether the decoder's convolutions compute in int8 */
    TokenizerGraphs(TokenizerSpec spec, WeightSet weights, boolean quantized) {
        this(spec, weights, quantized, GRAPH_BYTES);
    }

    private TokenizerGraphs(TokenizerSpec spec, WeightSet weights, boolean quantized, long graphBytes) {
        this.spec = spec;
        this.weights = weights;
        this.quantized = quantized;
        this.graphBytes = graphBytes;
    }

    /** Each network in one graph, however large: for files. */
    public static TokenizerGraphs whole(TokenizerSpec spec, WeightSet weights, boolean quantized) {
        return new TokenizerGraphs(spec, weights, quantized, Long.MAX_VALUE);
    }

    /** Encoder and {@code quant_conv}: {@code [batch, 3, height, width]} to {@code [batch, z, …]}. */
    public List<Part> encoder() {
        Steps steps = new Steps(1);
        TokenizerLayers.encoder(spec, steps);
        return parts("encoder", steps.all, Pixels.CHANNELS, 1, false);
    }

    /** {@code post_quant_conv}, decoder and clamping: {@code [batch, z, height, width]} to {@code [batch, 3, …]}. */
    public List<Part> decoder() {
        Steps steps = new Steps(spec.downsampling());
        TokenizerLayers.decoder(spec, steps);
        List<Step> all = steps.all;
        Step last = all.remove(all.size() - 1);
        all.add(last.followedBy(0, last.channels, ConvolutionalLayers::clamped));
        return parts("decoder", all, spec.latentChannels(), spec.downsampling(), quantized);
    }

    /** A step a layer, where one as small as {@code quant_conv} shares that of its neighbour. */
    private final class Steps implements TokenizerLayers.Visitor {
        private static final int TAPS = 9;

        private final List<Step> all = new ArrayList<>();
        private int cell;

        /** @param cell pixels along an edge of one cell of the first map */
        Steps(int cell) {
            this.cell = cell;
        }

        /** Whether the layer before was a convolution of the feature map alone. */
        private boolean behindFeatures() {
            return !all.isEmpty() && all.get(all.size() - 1).channels == spec.latentChannels();
        }

        @Override
        public void convolution(String name, int in, int out) {
            Layer layer = in == spec.latentChannels()
                    ? (layers, x) -> layers.exactConvolution(x, name, out, in)
                    : (layers, x) -> layers.convolution(x, name, out, in);
            if (behindFeatures()) {
                all.add(all.remove(all.size() - 1).followedBy((long) TAPS * in * out, out, layer));
            } else {
                add((long) TAPS * in * out, out, layer);
            }
        }

        @Override
        public void residualBlock(String name, int in, int out) {
            add((long) TAPS * out * (in + out), out, (layers, x) -> layers.residualBlock(x, name, out, in));
        }

        @Override
        public void attention(String name, int channels) {
            add(4L * channels * channels, channels, (layers, x) -> layers.attention(x, name, channels));
        }

        @Override
        public void downsample(String name, int channels) {
            cell *= 2;
            add((long) TAPS * channels * channels, channels, (layers, x) -> layers.downsampled(x, name, channels));
        }

        @Override
        public void upsample(String name, int channels) {
            cell /= 2;
            add((long) TAPS * channels * channels, channels, (layers, x) -> layers.upsampled(x, name, channels));
        }

        @Override
        public void output(String norm, String convolution, int in, int out) {
            add(
                    (long) TAPS * in * out,
                    out,
                    (layers, x) -> layers.convolution(layers.active(x, norm, in), convolution, out, in));
        }

        private void add(long elements, int channels, Layer layer) {
            all.add(new Step(elements, channels, cell, layer));
        }
    }

    /**
     * Cuts a chain of layers.
     *
     * @param channels of the input
     * @param cell pixels along an edge of one cell of the input
     */
    private List<Part> parts(String name, List<Step> steps, int channels, int cell, boolean inBytes) {
        List<Part> parts = new ArrayList<>();
        int first = 0;
        int channelsBefore = channels;
        int cellBefore = cell;
        while (first < steps.size()) {
            int end = first;
            long bytes = 0;
            do {
                bytes += steps.get(end++).elements * Float.BYTES;
            } while (end < steps.size() && bytes + steps.get(end).elements * Float.BYTES <= graphBytes);
            GraphBuilder graph = new GraphBuilder(name + " layers " + first + " to " + (end - 1));
            ConvolutionalLayers layers = inBytes
                    ? new QuantizedLayers(graph, weights, spec.downsampling() / cellBefore)
                    : new ConvolutionalLayers(graph, weights);
            Value x = layers.entered(graph.input(INPUT, "batch", channelsBefore, "height", "width"));
            for (Step step : steps.subList(first, end)) {
                x = step.layer.write(layers, x);
            }
            channelsBefore = steps.get(end - 1).channels;
            cellBefore = steps.get(end - 1).cell;
            graph.output(
                    graph.named(OUTPUT, "Identity", List.of(), layers.left(x)),
                    "batch",
                    channelsBefore,
                    "rows",
                    "columns");
            parts.add(new Part(graph, channelsBefore, cellBefore));
            first = end;
        }
        return parts;
    }
}
