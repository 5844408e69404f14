package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.nextscale.backend.onnx.internal.graph.GraphType;
import org.nextscale.backend.onnx.internal.graph.WeightShape;

/**
 * The weights of one session on their way from the model's file into ONNX Runtime. While a session is made, the runtime
 * rearranges the matrices it multiplies with and the filters of most convolutions into memory of its own, and never looks
 * at the originals again; other weights it reads in place for ever. Which are which is not in its interface and depends on
 * the processor, so it is found out: all large weights are made NaN and a trial computes once more. If that changes
 * nothing, their memory is returned, and the model is in memory once; if it does, they are read again and kept. A trial
 * that gives NaN with the weights as they are cannot show it, and they are kept too.
 */
final class StagedWeights implements AutoCloseable {
    /** Weights of fewer bytes than this are kept without asking: together they do not matter. */
    private static final long LARGE = 1 << 18;

    private final WeightGroup small;
    private final WeightGroup large;

    private StagedWeights(WeightGroup small, WeightGroup large) {
        this.small = small;
        this.large = large;
    }

    static StagedWeights read(List<WeightShape> shapes, WeightSet source) {
        List<WeightShape> small =
                shapes.stream().filter(shape -> shape.bytes() < LARGE).toList();
        List<WeightShape> large =
                shapes.stream().filter(shape -> shape.bytes() >= LARGE).toList();
        WeightGroup first = WeightGroup.read(small, source);
        try {
            return new StagedWeights(first, WeightGroup.read(large, source));
        } catch (RuntimeException | Error e) {
            first.close();
            throw e;
        }
    }

    /** Some of the weights and their memory. */
    private record WeightGroup(List<WeightShape> shapes, NativeSlabs slabs) {

        static WeightGroup read(List<WeightShape> shapes, WeightSet source) {
            WeightGroup group = new WeightGroup(
                    shapes,
                    NativeSlabs.allocate(shapes.stream().map(WeightShape::bytes).toList()));
            try {
                group.read(source);
                return group;
            } catch (RuntimeException | Error e) {
                group.close();
                throw e;
            }
        }

        void read(WeightSet source) {
            for (int i = 0; i < slabs.size(); i++) {
                source.write(shapes.get(i).name(), slabs.piece(i));
            }
        }

        /** All ones is NaN as floats; as integers it is at least another number than most. */
        void spoil() {
            byte[] ones = new byte[1 << 16];
            Arrays.fill(ones, (byte) -1);
            for (int i = 0; i < slabs.size(); i++) {
                ByteBuffer bytes = slabs.piece(i);
                while (bytes.hasRemaining()) {
                    bytes.put(ones, 0, Math.min(ones.length, bytes.remaining()));
                }
            }
        }

        void tensors(OrtEnvironment environment, Map<String, OnnxTensorLike> target) throws OrtException {
            for (int i = 0; i < slabs.size(); i++) {
                WeightShape weight = shapes.get(i);
                long[] shape =
                        weight.shape().stream().mapToLong(Long::longValue).toArray();
                target.put(
                        weight.name(),
                        OnnxTensor.createTensor(environment, slabs.piece(i), shape, javaType(weight.type())));
            }
        }

        void close() {
            slabs.close();
        }
    }

    /** Adds a tensor for every weight; the caller closes them. */
    void tensors(OrtEnvironment environment, Map<String, OnnxTensorLike> target) throws OrtException {
        small.tensors(environment, target);
        large.tensors(environment, target);
    }

    private static OnnxJavaType javaType(GraphType type) {
        return switch (type) {
            case FLOAT -> OnnxJavaType.FLOAT;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
        };
    }

    void releaseWhatWasCopied(GraphSession session, Trial trial, WeightSet source) throws OrtException {
        if (large.shapes.isEmpty()) {
            return;
        }
        List<FloatBuffer> before = session.trial(trial);
        if (before.stream().anyMatch(StagedWeights::holdsNaN)) {
            return;
        }
        large.spoil();
        if (before.equals(session.trial(trial))) {
            large.close();
        } else {
            large.read(source);
        }
    }

    private static boolean holdsNaN(FloatBuffer values) {
        for (int i = values.position(); i < values.limit(); i++) {
            if (Float.isNaN(values.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether the large weights are still in memory here. */
    boolean keepsLarge() {
        return large.slabs.size() > 0;
    }

    @Override
    public void close() {
        small.close();
        large.close();
    }
}
