package org.nextscale.backend.onnx.internal.tokenizer;

import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * The same layers with int8 convolutions. Maps are {@code [1, height, width, channels]}: a 3×3 convolution is one matrix
 * product of the nine shifted copies of the quantized map, side by side, with the filter, since ONNX Runtime's own integer
 * convolutions are slower or give bytes back. Large maps are taken in bands, whose copies stay in the processor's cache. Weights have a scale for every output; a map has one, found at every run.
 */
final class QuantizedLayers extends ConvolutionalLayers {
    private static final int TAPS = 3;
    private static final int LARGEST = 127;
    /** A map with this many times the rows of the feature map is taken band by band, each of so many rows. */
    private static final int BANDED_FROM = 4;

    /** How many times the rows of the feature map there are at this point. */
    private int rows;

    /** @param rows how many times the rows of the feature map the first map has */
    QuantizedLayers(GraphBuilder graph, WeightSet weights, int rows) {
        super(graph, weights);
        this.rows = rows;
    }

    @Override
    Value entered(Value x) {
        return graph.node("Transpose", List.of(Attribute.integers("perm", 0, 2, 3, 1)), x);
    }

    @Override
    Value left(Value x) {
        return graph.node("Transpose", List.of(Attribute.integers("perm", 0, 3, 1, 2)), x);
    }

    @Override
    Value exactConvolution(Value x, String name, int out, int in) {
        return entered(super.convolution(left(x), name, out, in));
    }

    @Override
    Value convolution(Value x, String name, int out, int in) {
        List<Value> quantized = graph.nodes("", "DynamicQuantizeLinear", 3, List.of(), x);
        Value padded = graph.node("Pad", quantized.get(0), graph.integers(0, 1, 1, 0, 0, 1, 1, 0), quantized.get(2));
        Value filter = filter(name + ".weight", out, in);
        Value scales = scales(name + ".weight", out, in);
        Value bias = weights.stored(graph, name + ".bias", out);
        if (rows < BANDED_FROM) {
            return product(graph, padded, filter, quantized, scales, bias);
        }
        Value height = graph.node("Gather", graph.node("Shape", x), graph.scalar(1));
        Value starts = graph.node("Range", graph.scalar(0), height, graph.scalar(rows));
        Value bands = graph.scan(starts, (inner, start) -> {
            Value from = inner.node("Reshape", start, inner.integers(1));
            Value to = inner.node("Add", from, inner.integers(rows + TAPS - 1));
            Value band = inner.node("Slice", padded, from, to, inner.integers(1));
            return product(inner, band, filter, quantized, scales, bias);
        });
        Value size = graph.node(
                "Concat",
                List.of(Attribute.integer("axis", 0)),
                graph.node("Shape", List.of(Attribute.integer("end", 3)), x),
                graph.integers(out));
        return graph.node("Reshape", bands, size);
    }

    private static Value product(
            GraphBuilder graph, Value padded, Value filter, List<Value> quantized, Value scales, Value bias) {
        Value columns = shifted(graph, shifted(graph, padded, 2), 1);
        return graph.microsoft(
                "MatMulIntegerToFloat",
                List.of(),
                columns,
                filter,
                quantized.get(1),
                scales,
                quantized.get(2),
                Value.ABSENT,
                bias);
    }

    /** Three copies of a padded map, each a place further along an axis, one behind the other in the channels. */
    private static Value shifted(GraphBuilder graph, Value x, int axis) {
        Value[] copies = new Value[TAPS];
        for (int i = 0; i < TAPS; i++) {
            int end = i == TAPS - 1 ? Integer.MAX_VALUE : i - TAPS + 1;
            copies[i] = graph.node("Slice", x, graph.integers(i), graph.integers(end), graph.integers(axis));
        }
        return graph.node("Concat", List.of(Attribute.integer("axis", 3)), copies);
    }

    /** {@code [row, column, in, out]} in int8 from {@code [out, in, row, column]}. */
    private Value filter(String name, int out, int in) {
        weights.source().require(name, out, in, TAPS, TAPS);
        int taps = TAPS * TAPS;
        return weights.derived(
                graph,
                name + ".int8",
                GraphType.INT8,
                target -> {
                    float[] values = weights.source().read(name, out, in, TAPS, TAPS);
                    byte[] bytes = new byte[values.length];
                    for (int o = 0; o < out; o++) {
                        float inverse = 1 / scale(values, o * in * taps, in * taps);
                        for (int i = 0; i < in; i++) {
                            for (int tap = 0; tap < taps; tap++) {
                                bytes[(tap * in + i) * out + o] =
                                        (byte) Math.round(values[(o * in + i) * taps + tap] * inverse);
                            }
                        }
                    }
                    target.put(bytes);
                },
                (long) taps * in,
                out);
    }

    private Value scales(String name, int out, int in) {
        int size = in * TAPS * TAPS;
        return weights.derived(
                graph,
                name + ".scale",
                GraphType.FLOAT,
                target -> {
                    float[] values = weights.source().read(name, out, in, TAPS, TAPS);
                    for (int o = 0; o < out; o++) {
                        target.putFloat(scale(values, o * size, size));
                    }
                },
                out);
    }

    private static float scale(float[] values, int offset, int count) {
        float largest = Float.MIN_NORMAL;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(values[offset + i]));
        }
        return largest / LARGEST;
    }

    @Override
    Value upsampled(Value x, String name, int channels) {
        Value larger = graph.node(
                "Resize",
                List.of(
                        Attribute.text("mode", "nearest"),
                        Attribute.text("nearest_mode", "floor"),
                        Attribute.text("coordinate_transformation_mode", "asymmetric")),
                x,
                Value.ABSENT,
                graph.reals("twice", 1, 2, 2, 1));
        rows *= 2;
        return convolution(larger, name, channels, channels);
    }

    @Override
    Value pointwise(Value x, String name, int out, int in) {
        Value product =
                graph.microsoft("FusedMatMul", List.of(Attribute.integer("transB", 1)), x, matrix(name, out, in));
        return graph.node("Add", product, weights.stored(graph, name + ".bias", out));
    }

    @Override
    Value attention(Value x, String name, int channels) {
        Value size = graph.node("Shape", x);
        Value pixels = graph.node("Reshape", norm(x, name + ".norm", channels), graph.integers(0, -1, channels));
        List<Value> parts = graph.nodes(
                "",
                "Split",
                3,
                List.of(Attribute.integer("axis", 2), Attribute.integer("num_outputs", 3)),
                pointwise(pixels, name + ".qkv", 3 * channels, channels));
        Value scores = graph.microsoft(
                "FusedMatMul",
                List.of(Attribute.integer("transB", 1), Attribute.real("alpha", 1 / Math.sqrt(channels))),
                parts.get(0),
                parts.get(1));
        Value mixed = graph.node("MatMul", graph.node("Softmax", scores), parts.get(2));
        Value projected = pointwise(mixed, name + ".proj_out", channels, channels);
        return graph.node("Add", x, graph.node("Reshape", projected, size));
    }

    /** GroupNorm from the channels' sums and sums of squares: two passes that read, and two that compute. */
    @Override
    Value norm(Value x, String name, int channels) {
        int groups = TokenizerSpec.NORM_GROUPS;
        List<Attribute> keep = List.of(Attribute.integer("keepdims", 1));
        Value flat = graph.node("Reshape", x, graph.integers(0, -1, channels));
        Value count = graph.node(
                "ReduceProd",
                keep,
                graph.node("Shape", List.of(Attribute.integer("start", 1), Attribute.integer("end", 3)), x));
        Value pixels = graph.node("Cast", List.of(Attribute.integer("to", 1)), count);
        Value grouped = graph.integers(groups, channels / groups);
        Value mean = graph.node(
                "ReduceMean",
                keep,
                graph.node("Reshape", graph.node("ReduceMean", keep, flat, graph.integers(1)), grouped),
                graph.integers(1));
        Value square = graph.node(
                "ReduceMean",
                keep,
                graph.node(
                        "Reshape",
                        graph.node("Div", graph.node("ReduceSumSquare", keep, flat, graph.integers(1)), pixels),
                        grouped),
                graph.integers(1));
        Value variance = graph.node("Sub", square, graph.node("Mul", mean, mean));
        Value deviation = graph.node("Sqrt", graph.node("Add", variance, graph.real(TokenizerSpec.NORM_EPSILON)));
        long[] stored = {channels};
        long[] view = {groups, channels / groups};
        Value factor = graph.node("Div", weights.stored(graph, name + ".weight", stored, view), deviation);
        Value offset =
                graph.node("Sub", weights.stored(graph, name + ".bias", stored, view), graph.node("Mul", mean, factor));
        Value scaled = graph.node("Mul", x, graph.node("Reshape", factor, graph.integers(channels)));
        return graph.node("Add", scaled, graph.node("Reshape", offset, graph.integers(channels)));
    }
}
