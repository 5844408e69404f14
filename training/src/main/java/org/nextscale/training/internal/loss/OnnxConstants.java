package org.nextscale.training.internal.loss;

import ai.onnx.proto.OnnxMl.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.torch.Placement;

/** The weights and shapes of an ONNX graph: float32 as tensors, int64 as numbers. Owns the tensors. */
final class OnnxConstants implements AutoCloseable {
    private final Map<String, Tensor> tensors = new HashMap<>();
    private final Map<String, long[]> numbers = new HashMap<>();
    private final Placement placement;

    OnnxConstants(Placement placement) {
        this.placement = placement;
    }

    void put(String name, TensorProto tensor) {
        if (contains(name)) {
            throw new InvalidInputException("constant " + name + " is there twice");
        }
        if (tensor.getDataLocation() == TensorProto.DataLocation.EXTERNAL || tensor.getExternalDataCount() > 0) {
            throw new InvalidInputException(
                    "constant " + name + " is in a file of its own; save the model with its weights inside");
        }
        if (tensor.getDataType() == TensorProto.DataType.FLOAT.getNumber()) {
            Tensor made = floats(name, tensor);
            made.retainReference();
            tensors.put(name, made);
        } else if (tensor.getDataType() == TensorProto.DataType.INT64.getNumber()) {
            numbers.put(name, integers(name, tensor));
        } else {
            throw new InvalidInputException("constant " + name + " is of type "
                    + TensorProto.DataType.forNumber(tensor.getDataType()) + ", only FLOAT and INT64 are read");
        }
    }

    private Tensor floats(String name, TensorProto tensor) {
        float[] values;
        if (tensor.hasRawData()) {
            FloatBuffer raw = raw(tensor).asFloatBuffer();
            values = new float[raw.remaining()];
            raw.get(values);
        } else {
            values = new float[tensor.getFloatDataCount()];
            for (int i = 0; i < values.length; i++) {
                values[i] = tensor.getFloatData(i);
            }
        }
        requireElements(name, tensor.getDimsList(), values.length);
        long[] shape = tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
        return placement.of(values, values.length).reshape(shape).clone();
    }

    private static long[] integers(String name, TensorProto tensor) {
        long[] values;
        if (tensor.hasRawData()) {
            LongBuffer raw = raw(tensor).asLongBuffer();
            values = new long[raw.remaining()];
            raw.get(values);
        } else {
            values = tensor.getInt64DataList().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
        }
        requireElements(name, tensor.getDimsList(), values.length);
        return values;
    }

    private static ByteBuffer raw(TensorProto tensor) {
        return tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static void requireElements(String name, List<Long> shape, long found) {
        long claimed = 1;
        for (long size : shape) {
            // What is really there fits an int: this does not overflow before it is seen to be too much.
            claimed = size < 0 || claimed > Integer.MAX_VALUE || size > Integer.MAX_VALUE ? -1 : claimed * size;
            if (claimed < 0) {
                break;
            }
        }
        if (claimed != found) {
            throw new InvalidInputException(
                    "constant " + name + " has the shape " + shape + " and " + found + " values");
        }
    }

    boolean contains(String name) {
        return tensors.containsKey(name) || numbers.containsKey(name);
    }

    Set<String> names() {
        Set<String> names = new HashSet<>(tensors.keySet());
        names.addAll(numbers.keySet());
        return names;
    }

    /** The tensor of a name; null if there is none. */
    Tensor tensor(String name) {
        return tensors.get(name);
    }

    /** The whole numbers of a name; null if there are none. */
    long[] numbers(String name) {
        return numbers.get(name);
    }

    @Override
    public void close() {
        tensors.values().forEach(Tensor::releaseReference);
        tensors.clear();
    }
}
