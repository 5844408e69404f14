package org.nextscale.backend.onnx.internal.tokenizer;

import java.util.Arrays;
import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * Writes the layers that encoder and decoder are made of. Maps are {@code [batch, channels, height, width]}. Operators were
 * chosen by measurement (README.md).
 */
class ConvolutionalLayers {
    private static final long[] SAME = {1, 1, 1, 1};

    final GraphBuilder graph;
    final WeightSet weights;

    ConvolutionalLayers(GraphBuilder graph, WeightSet weights) {
        this.graph = graph;
        this.weights = weights;
    }

    /** A map in {@code [batch, channels, height, width]} as these layers pass it on. */
    Value entered(Value x) {
        return x;
    }

    /** The reverse of {@link #entered}. */
    Value left(Value x) {
        return x;
    }

    /** 3×3, the map keeps its size. */
    Value convolution(Value x, String name, int out, int in) {
        return convolution(x, name, out, in, 3, 1, SAME);
    }

    /** 3×3 in float32, whatever the other layers compute in: for the few channels of a feature map. */
    Value exactConvolution(Value x, String name, int out, int in) {
        return convolution(x, name, out, in);
    }

    /** 3×3 in steps of two, with a row and a column of zeros at the bottom and the right. */
    Value downsampled(Value x, String name, int channels) {
        return convolution(x, name, channels, channels, 3, 2, 0, 0, 1, 1);
    }

    final Value convolution(Value x, String name, int out, int in, int kernel, int stride, long... pads) {
        return graph.node(
                "Conv",
                List.of(
                        Attribute.integers("kernel_shape", kernel, kernel),
                        Attribute.integers("strides", stride, stride),
                        Attribute.integers("pads", pads)),
                x,
                weights.stored(graph, name + ".weight", out, in, kernel, kernel),
                weights.stored(graph, name + ".bias", out));
    }

    /** Every pixel twice in both directions, then a 3×3 convolution. */
    Value upsampled(Value x, String name, int channels) {
        Value larger = graph.node(
                "Resize",
                List.of(
                        Attribute.text("mode", "nearest"),
                        Attribute.text("nearest_mode", "floor"),
                        Attribute.text("coordinate_transformation_mode", "asymmetric")),
                x,
                Value.ABSENT,
                graph.reals("twice", 1, 1, 2, 2));
        return convolution(larger, name, channels, channels);
    }

    /** {@code x + conv2(SiLU(norm2(conv1(SiLU(norm1(x))))))}, with a 1×1 convolution of x where the channels change. */
    Value residualBlock(Value x, String name, int out, int in) {
        Value y = convolution(active(x, name + ".norm1", in), name + ".conv1", out, in);
        y = convolution(active(y, name + ".norm2", out), name + ".conv2", out, out);
        Value shortcut = out == in ? x : pointwise(x, name + ".nin_shortcut", out, in);
        return graph.node("Add", shortcut, y);
    }

    /** 1×1. */
    Value pointwise(Value x, String name, int out, int in) {
        return convolution(x, name, out, in, 1, 1, 0, 0, 0, 0);
    }

    /** {@code x + projection(attention(norm(x)))} over all pixels, with one head as wide as the map has channels. */
    Value attention(Value x, String name, int channels) {
        Value size = graph.node("Shape", x);
        Value pixels = graph.node("Reshape", norm(x, name + ".norm", channels), graph.integers(0, channels, -1));
        Value joined = graph.node(
                "Add",
                graph.node("MatMul", matrix(name + ".qkv", 3 * channels, channels), pixels),
                column(name + ".qkv", 3 * channels));
        List<Value> parts = graph.nodes(
                "", "Split", 3, List.of(Attribute.integer("axis", 1), Attribute.integer("num_outputs", 3)), joined);
        Value scores = graph.microsoft(
                "FusedMatMul",
                List.of(Attribute.integer("transA", 1), Attribute.real("alpha", 1 / Math.sqrt(channels))),
                parts.get(0),
                parts.get(1));
        Value probabilities = graph.node("Softmax", List.of(Attribute.integer("axis", -1)), scores);
        Value mixed =
                graph.microsoft("FusedMatMul", List.of(Attribute.integer("transB", 1)), parts.get(2), probabilities);
        Value projected = graph.node(
                "Add",
                graph.node("MatMul", matrix(name + ".proj_out", channels, channels), mixed),
                column(name + ".proj_out", channels));
        return graph.node("Add", x, graph.node("Reshape", projected, size));
    }

    /** A 1×1 convolution's weight as a matrix. */
    final Value matrix(String name, int out, int in) {
        return weights.stored(graph, name + ".weight", new long[] {out, in, 1, 1}, new long[] {out, in});
    }

    private Value column(String name, int out) {
        return weights.stored(graph, name + ".bias", new long[] {out}, new long[] {out, 1});
    }

    /** Limited to [-1, 1]. */
    final Value clamped(Value x) {
        return graph.node("Clip", x, graph.real(-1), graph.real(1));
    }

    /** {@code SiLU(norm(x))}. */
    Value active(Value x, String name, int channels) {
        return graph.microsoft("QuickGelu", List.of(Attribute.real("alpha", 1)), norm(x, name, channels));
    }

    /** GroupNorm of 32 groups. */
    Value norm(Value x, String name, int channels) {
        int groups = TokenizerSpec.NORM_GROUPS;
        float[] ones = new float[groups];
        Arrays.fill(ones, 1);
        Value normed = graph.node(
                "InstanceNormalization",
                List.of(Attribute.real("epsilon", TokenizerSpec.NORM_EPSILON)),
                graph.node("Reshape", x, graph.integers(0, groups, -1)),
                graph.reals("ones", ones),
                graph.reals("zeros", new float[groups]));
        long[] stored = {channels};
        long[] perChannel = {channels, 1, 1};
        Value scaled = graph.node(
                "Mul",
                graph.node("Reshape", normed, graph.node("Shape", x)),
                weights.stored(graph, name + ".weight", stored, perChannel));
        return graph.node("Add", scaled, weights.stored(graph, name + ".bias", stored, perChannel));
    }
}
