package org.nextscale.backend.onnx.internal.tokenizer;

import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.tokenizer.Pixels;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

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
    private final boolean quantised;
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
    private record Step(long elements, int channels, int cell, Layer layer) {}

    /**
     * A graph of some layers from {@link #INPUT} to {@link #OUTPUT}, {@code [batch, channels, height, width]} both.
     *
     * @param channels of the output
     * @param cell pixels along an edge of one cell of the output
     */
    public record Part(GraphBuilder graph, int channels, int cell) {}

    /** @param quantised whether the decoder's convolutions compute in int8 */
    TokenizerGraphs(TokenizerSpec spec, WeightSet weights, boolean quantised) {
        this(spec, weights, quantised, GRAPH_BYTES);
    }

    private TokenizerGraphs(TokenizerSpec spec, WeightSet weights, boolean quantised, long graphBytes) {
        this.spec = spec;
        this.weights = weights;
        this.quantised = quantised;
        this.graphBytes = graphBytes;
    }

    /** Each network in one graph, however large: for files. */
    public static TokenizerGraphs whole(TokenizerSpec spec, WeightSet weights, boolean quantised) {
        return new TokenizerGraphs(spec, weights, quantised, Long.MAX_VALUE);
    }

    /** Encoder and {@code quant_conv}: {@code [batch, 3, height, width]} to {@code [batch, z, …]}. */
    public List<Part> encoder() {
        List<Step> steps = new ArrayList<>();
        int in = spec.channels();
        int lowest = spec.levels() - 1;
        int cell = 1;
        convolution(steps, "encoder.conv_in", in, Pixels.CHANNELS, cell);
        for (int level = 0; level <= lowest; level++) {
            String prefix = "encoder.down." + level;
            for (int block = 0; block < spec.residualBlocks(); block++) {
                residualBlock(steps, prefix + ".block." + block, spec.channels(level), in, cell);
                in = spec.channels(level);
                if (level == lowest) {
                    attention(steps, prefix + ".attn." + block, in, cell);
                }
            }
            if (level < lowest) {
                cell *= 2;
                int channels = in;
                steps.add(new Step(
                        9L * in * in,
                        in,
                        cell,
                        (layers, x) -> layers.downsampled(x, prefix + ".downsample.conv", channels)));
            }
        }
        middle(steps, "encoder.mid", in, cell);
        int channels = in;
        int z = spec.latentChannels();
        steps.add(new Step(9L * z * (in + z), z, cell, (layers, x) -> {
            Value y = layers.active(x, "encoder.norm_out", channels);
            y = layers.convolution(y, "encoder.conv_out", z, channels);
            return layers.convolution(y, "quant_conv", z, z);
        }));
        return parts("encoder", steps, Pixels.CHANNELS, 1, false);
    }

    /** {@code post_quant_conv}, decoder and clamping: {@code [batch, z, height, width]} to {@code [batch, 3, …]}. */
    public List<Part> decoder() {
        List<Step> steps = new ArrayList<>();
        int lowest = spec.levels() - 1;
        int cell = spec.downsampling();
        int z = spec.latentChannels();
        int widest = spec.channels(lowest);
        steps.add(new Step(
                9L * z * (z + widest),
                widest,
                cell,
                (layers, x) -> layers.exactConvolution(
                        layers.exactConvolution(x, "post_quant_conv", z, z), "decoder.conv_in", widest, z)));
        middle(steps, "decoder.mid", widest, cell);
        int in = widest;
        for (int level = lowest; level >= 0; level--) {
            String prefix = "decoder.up." + level;
            for (int block = 0; block <= spec.residualBlocks(); block++) {
                residualBlock(steps, prefix + ".block." + block, spec.channels(level), in, cell);
                in = spec.channels(level);
                if (level == lowest) {
                    attention(steps, prefix + ".attn." + block, in, cell);
                }
            }
            if (level > 0) {
                cell /= 2;
                int channels = in;
                steps.add(new Step(
                        9L * in * in,
                        in,
                        cell,
                        (layers, x) -> layers.upsampled(x, prefix + ".upsample.conv", channels)));
            }
        }
        int channels = in;
        steps.add(new Step(
                9L * Pixels.CHANNELS * in,
                Pixels.CHANNELS,
                1,
                (layers, x) -> layers.clamped(layers.convolution(
                        layers.active(x, "decoder.norm_out", channels),
                        "decoder.conv_out",
                        Pixels.CHANNELS,
                        channels))));
        return parts("decoder", steps, z, spec.downsampling(), quantised);
    }

    private static void middle(List<Step> steps, String name, int channels, int cell) {
        residualBlock(steps, name + ".block_1", channels, channels, cell);
        attention(steps, name + ".attn_1", channels, cell);
        residualBlock(steps, name + ".block_2", channels, channels, cell);
    }

    private static void convolution(List<Step> steps, String name, int out, int in, int cell) {
        steps.add(new Step(9L * in * out, out, cell, (layers, x) -> layers.convolution(x, name, out, in)));
    }

    private static void residualBlock(List<Step> steps, String name, int out, int in, int cell) {
        steps.add(new Step(9L * out * (in + out), out, cell, (layers, x) -> layers.residualBlock(x, name, out, in)));
    }

    private static void attention(List<Step> steps, String name, int channels, int cell) {
        steps.add(
                new Step(4L * channels * channels, channels, cell, (layers, x) -> layers.attention(x, name, channels)));
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
                    ? new QuantisedLayers(graph, weights, spec.downsampling() / cellBefore)
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
