package org.nextscale.backend.onnx.internal;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.nextscale.backend.onnx.internal.runtime.NativeLibrary;

/** The graphs of an export, loaded from their files by ONNX Runtime alone, as another program would. */
final class ExportedGraphs implements AutoCloseable {
    private final OrtEnvironment environment = NativeLibrary.load();
    private final Path folder;
    private final Map<String, OrtSession> sessions = new HashMap<>();

    /** A float tensor. */
    record Tensor(float[] values, long... shape) {}

    ExportedGraphs(Path folder) {
        this.folder = folder;
    }

    Set<String> inputs(String graph) throws OrtException {
        return session(graph).getInputNames();
    }

    Map<String, Tensor> run(String graph, Map<String, Tensor> inputs) throws OrtException {
        Map<String, OnnxTensor> given = new HashMap<>();
        try {
            for (Map.Entry<String, Tensor> input : inputs.entrySet()) {
                Tensor tensor = input.getValue();
                given.put(
                        input.getKey(),
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.values()), tensor.shape()));
            }
            Map<String, Tensor> outputs = new LinkedHashMap<>();
            try (OrtSession.Result result = session(graph).run(given)) {
                for (Map.Entry<String, OnnxValue> output : result) {
                    OnnxTensor tensor = (OnnxTensor) output.getValue();
                    outputs.put(
                            output.getKey(),
                            new Tensor(
                                    tensor.getFloatBuffer().array(),
                                    tensor.getInfo().getShape()));
                }
            }
            return outputs;
        } finally {
            given.values().forEach(OnnxTensor::close);
        }
    }

    private OrtSession session(String graph) throws OrtException {
        OrtSession session = sessions.get(graph);
        if (session == null) {
            try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
                options.setIntraOpNumThreads(1);
                options.addConfigEntry("session.x64quantprecision", "1");
                session = environment.createSession(
                        folder.resolve(graph + ".onnx").toString(), options);
            }
            sessions.put(graph, session);
        }
        return session;
    }

    @Override
    public void close() throws OrtException {
        for (OrtSession session : sessions.values()) {
            session.close();
        }
    }
}
