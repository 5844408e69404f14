package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.nextscale.api.BackendException;

/**
 * One run of a session over float tensors in native memory, read and written in place. It owns the tensors that describe
 * that memory to ONNX Runtime. One thread at a time.
 */
public final class SessionRun implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Scratch scratch;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();

    SessionRun(OrtEnvironment environment, OrtSession session, Scratch scratch) {
        this.environment = environment;
        this.session = session;
        this.scratch = scratch;
    }

    /** Binds an input to the first elements of some memory. */
    public SessionRun input(String name, NativeMemory memory, long... shape) {
        return input(name, memory.bytes(), shape);
    }

    /** Binds an input to the first elements of a native buffer. */
    public SessionRun input(String name, ByteBuffer memory, long... shape) {
        bind(inputs, name, memory, shape);
        return this;
    }

    /** Binds an output to the first elements of some memory. */
    public SessionRun output(String name, NativeMemory memory, long... shape) {
        return output(name, memory.bytes(), shape);
    }

    /** Binds an output to the first elements of a native buffer. */
    public SessionRun output(String name, ByteBuffer memory, long... shape) {
        bind(outputs, name, memory, shape);
        return this;
    }

    private void bind(Map<String, OnnxTensor> bound, String name, ByteBuffer memory, long... shape) {
        long bytes = Float.BYTES;
        for (long size : shape) {
            bytes = Math.multiplyExact(bytes, size);
        }
        ByteBuffer exact = memory.slice(0, Math.toIntExact(bytes)).order(memory.order());
        try {
            bound.put(name, OnnxTensor.createTensor(environment, exact, shape, OnnxJavaType.FLOAT));
        } catch (OrtException e) {
            throw new BackendException("ONNX Runtime did not take " + name + ": " + e.getMessage(), e);
        }
    }

    /** Computes every output. */
    public void execute() {
        try (OrtSession.RunOptions options = new OrtSession.RunOptions()) {
            if (scratch == Scratch.ARENA) {
                options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
            }
            session.run(inputs, Set.of(), outputs, options).close();
        } catch (OrtException e) {
            throw new BackendException("ONNX Runtime failed: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        inputs.values().forEach(OnnxTensor::close);
        outputs.values().forEach(OnnxTensor::close);
    }
}
