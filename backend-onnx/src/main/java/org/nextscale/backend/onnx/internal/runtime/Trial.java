package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.backend.onnx.internal.graph.GraphInput;

/** A run of a graph on a few made-up numbers, to compare what it computes before and after something. */
final class Trial {
    private final OrtEnvironment environment;
    private final List<GraphInput> inputs;
    private final Map<String, Integer> sizes;

    Trial(OrtEnvironment environment, List<GraphInput> inputs, Map<String, Integer> sizes) {
        this.environment = environment;
        this.inputs = inputs;
        this.sizes = sizes;
    }

    /** What the session makes of the same small input, every time. */
    List<FloatBuffer> run(OrtSession session) throws OrtException {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (GraphInput input : inputs) {
                tensors.put(input.name(), tensor(input));
            }
            List<FloatBuffer> outputs = new ArrayList<>();
            try (OrtSession.Result result = session.run(tensors)) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.add(((OnnxTensor) output.getValue()).getFloatBuffer());
                }
            }
            return outputs;
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor tensor(GraphInput input) throws OrtException {
        long[] shape = input.shape(sizes);
        int elements = 1;
        for (long size : shape) {
            elements *= Math.toIntExact(size);
        }
        float[] values = new float[elements];
        for (int i = 0; i < elements; i++) {
            values[i] = (i * 37 % 101 - 50) / 50f;
        }
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    }
}
