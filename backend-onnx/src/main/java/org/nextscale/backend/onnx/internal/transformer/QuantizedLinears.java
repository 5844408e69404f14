package org.nextscale.backend.onnx.internal.transformer;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.nextscale.api.model.WeightSource;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.Value;
import org.nextscale.backend.onnx.internal.runtime.WeightSet;

/**
 * Linear layers in int8: weights symmetric with a scale for every output, quantized while they are loaded; activations
 * as unsigned bytes with a scale and zero point found at every run. Products are summed in int32 and come out as float32.
 */
final class QuantizedLinears extends Linears {
    private static final int LARGEST = 127;
    /** Outputs quantized at a time, so that the transposed bytes are written a cache line at a time. */
    private static final int OUTPUTS = 64;

    QuantizedLinears(GraphBuilder graph, WeightSet weights) {
        super(graph, weights);
    }

    @Override
    Value apply(Value x, Matrix weight, Value bias) {
        WeightSource source = weights().source();
        weight.require(source);
        Value scales = vector(
                weight.name() + ".scale", weight.out(), target -> scales(source, weight, target.asFloatBuffer()));
        Value bytes = weights()
                .derived(
                        graph(),
                        weight.name() + ".int8",
                        GraphType.INT8,
                        target -> quantize(source, weight, target),
                        weight.in(),
                        weight.out());
        return graph().microsoft("DynamicQuantizeMatMul", List.of(), x, bytes, scales, Value.ABSENT, bias);
    }

    private static void scales(WeightSource source, Matrix weight, FloatBuffer target) {
        float[] row = new float[weight.in()];
        for (int i = 0; target.hasRemaining(); i++) {
            weight.read(source, i, FloatBuffer.wrap(row));
            target.put(scale(row, 0, row.length));
        }
    }

    /** Writes {@code [in, out]}, which is how the kernel wants it, from {@code [out, in]}. */
    private static void quantize(WeightSource source, Matrix weight, ByteBuffer target) {
        int in = weight.in();
        int out = weight.out();
        float[] rows = new float[OUTPUTS * in];
        float[] inverse = new float[OUTPUTS];
        byte[] column = new byte[OUTPUTS];
        for (int first = 0; first < out; first += OUTPUTS) {
            int count = Math.min(OUTPUTS, out - first);
            weight.read(source, first, FloatBuffer.wrap(rows, 0, count * in));
            for (int i = 0; i < count; i++) {
                inverse[i] = 1 / scale(rows, i * in, in);
            }
            for (int k = 0; k < in; k++) {
                for (int i = 0; i < count; i++) {
                    column[i] = (byte) Math.round(rows[i * in + k] * inverse[i]);
                }
                target.put(k * out + first, column, 0, count);
            }
        }
    }

    private static float scale(float[] values, int offset, int count) {
        float largest = Float.MIN_NORMAL;
        for (int i = 0; i < count; i++) {
            largest = Math.max(largest, Math.abs(values[offset + i]));
        }
        return largest / LARGEST;
    }
}
