package org.nextscale.backend.onnx.internal.transformer;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.graph.Attribute;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * Linear layers whose weights and activations are rounded to eight bits in blocks of {@value #BLOCK}, each with a scale of
 * its own: finer than {@link QuantizedLinears} and slower, for AdaLN, whose weights are a third of a block's and which
 * runs once a label.
 */
final class ByteWeightLinears extends Linears {
    private static final int BLOCK = 32;
    private static final int LARGEST = 127;
    /** Stands for zero. */
    private static final int MIDDLE = 128;
    /** Of the operator: activations in int8. */
    private static final int INT8_ACTIVATIONS = 4;

    ByteWeightLinears(GraphBuilder graph, WeightSet weights) {
        super(graph, weights);
    }

    @Override
    Value apply(Value x, Matrix weight, Value bias) {
        int out = weight.out();
        int in = weight.in();
        if (in % BLOCK != 0) {
            return super.apply(x, weight, bias);
        }
        WeightSource source = weights().source();
        weight.require(source);
        int blocks = in / BLOCK;
        Value bytes = weights()
                .derived(
                        graph(),
                        weight.name() + ".bytes",
                        GraphType.UINT8,
                        target -> quantize(source, weight, target),
                        out,
                        blocks,
                        BLOCK);
        Value scales = vector(
                weight.name() + ".scales", out * blocks, target -> scales(source, weight, target.asFloatBuffer()));
        return graph().microsoft(
                        "MatMulNBits",
                        List.of(
                                Attribute.integer("K", in),
                                Attribute.integer("N", out),
                                Attribute.integer("bits", 8),
                                Attribute.integer("block_size", BLOCK),
                                Attribute.integer("accuracy_level", INT8_ACTIVATIONS)),
                        x,
                        bytes,
                        scales,
                        Value.ABSENT,
                        Value.ABSENT,
                        bias);
    }

    private static void scales(WeightSource source, Matrix weight, FloatBuffer target) {
        float[] row = new float[weight.in()];
        for (int i = 0; target.hasRemaining(); i++) {
            weight.read(source, i, FloatBuffer.wrap(row));
            for (int begin = 0; begin < row.length; begin += BLOCK) {
                target.put(scale(row, begin));
            }
        }
    }

    private static void quantize(WeightSource source, Matrix weight, ByteBuffer target) {
        float[] row = new float[weight.in()];
        byte[] bytes = new byte[row.length];
        for (int i = 0; target.hasRemaining(); i++) {
            weight.read(source, i, FloatBuffer.wrap(row));
            for (int begin = 0; begin < row.length; begin += BLOCK) {
                float inverse = 1 / scale(row, begin);
                for (int k = begin; k < begin + BLOCK; k++) {
                    bytes[k] = (byte) (Math.round(row[k] * inverse) + MIDDLE);
                }
            }
            target.put(bytes);
        }
    }

    private static float scale(float[] values, int begin) {
        float largest = Float.MIN_NORMAL;
        for (int k = begin; k < begin + BLOCK; k++) {
            largest = Math.max(largest, Math.abs(values[k]));
        }
        return largest / LARGEST;
    }
}
