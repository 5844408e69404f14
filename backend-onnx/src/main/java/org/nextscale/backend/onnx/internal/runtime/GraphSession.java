package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.util.List;

/** A graph with its weights, ready to run from any thread. Closing returns the weights' memory. */
public final class GraphSession implements AutoCloseable {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final StagedWeights weights;
    private final long weightBytes;
    private final Scratch scratch;
    private boolean closed;

    GraphSession(
            OrtEnvironment environment, OrtSession session, StagedWeights weights, long weightBytes, Scratch scratch) {
        this.environment = environment;
        this.session = session;
        this.weights = weights;
        this.weightBytes = weightBytes;
        this.scratch = scratch;
    }

    /** Prepares a run; the caller closes it. */
    public SessionRun run() {
        return new SessionRun(environment, session, scratch);
    }

    /** Whether large weights are read in place, not from the runtime's own copy. */
    boolean keepsLargeWeights() {
        return weights.keepsLarge();
    }

    List<FloatBuffer> trial(Trial trial) throws OrtException {
        return trial.run(session);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            session.close();
        } catch (OrtException e) {
            throw new IllegalStateException("ONNX Runtime could not close a session", e);
        } finally {
            weights.close();
            NativeHeap.freed(weightBytes);
        }
    }
}
