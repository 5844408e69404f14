package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.util.HashMap;
import java.util.Map;
import org.nextscale.api.BackendException;
import org.nextscale.backend.onnx.internal.graph.GraphBuilder;
import org.nextscale.backend.onnx.internal.graph.WeightShape;

/** Makes sessions that compute alike. Thread-safe. */
public final class Sessions {
    private final OrtEnvironment environment;
    private final SessionSettings settings;

    public Sessions(OrtEnvironment environment, SessionSettings settings) {
        this.environment = environment;
        this.settings = settings;
    }

    /** Whether all is computed in the caller's memory, and nothing on a device of its own. */
    public boolean inMainMemory() {
        return !settings.cuda();
    }

    /**
     * Makes a session from a graph and the weights it declares. The caller closes it.
     *
     * @param trialSizes how large the graph's named dimensions are in the small trial that tells whether ONNX Runtime keeps
     *     weights of its own; 1 where nothing is said
     * @param scratch where its runs put what they compute in between
     */
    public GraphSession open(GraphBuilder graph, WeightSet weights, Map<String, Integer> trialSizes, Scratch scratch) {
        StagedWeights staged = StagedWeights.read(graph.weights(), weights);
        GraphSession session = null;
        try {
            session = new GraphSession(environment, create(graph, staged, scratch), staged, bytes(graph), scratch);
            staged.releaseWhatWasCopied(session, new Trial(environment, graph.inputs(), trialSizes), weights);
            NativeHeap.freed(bytes(graph));
            return session;
        } catch (OrtException e) {
            close(session, staged);
            throw new BackendException("ONNX Runtime could not load " + graph.name() + ": " + e.getMessage(), e);
        } catch (RuntimeException | Error e) {
            close(session, staged);
            throw e;
        }
    }

    private static void close(GraphSession session, StagedWeights staged) {
        if (session != null) {
            session.close();
        }
        staged.close();
    }

    private static long bytes(GraphBuilder graph) {
        return graph.weights().stream().mapToLong(WeightShape::bytes).sum();
    }

    private OrtSession create(GraphBuilder graph, StagedWeights staged, Scratch scratch) throws OrtException {
        Map<String, OnnxTensorLike> tensors = new HashMap<>();
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(settings.threads());
            options.setInterOpNumThreads(1);
            options.addConfigEntry("session.intra_op.allow_spinning", settings.spinMicroseconds() > 0 ? "1" : "0");
            options.addConfigEntry("session.intra_op.spin_duration_us", Integer.toString(settings.spinMicroseconds()));
            // Where the processor's int8 products could overflow, slower ones are taken.
            options.addConfigEntry("session.x64quantprecision", "1");
            options.setCPUArenaAllocator(scratch != Scratch.SHARED);
            // An arena takes memory in powers of two: too coarse for weights.
            options.addConfigEntry("session.use_device_allocator_for_initializers", "1");
            options.setMemoryPatternOptimization(false);
            if (settings.cuda()) {
                Cuda.addTo(options);
            }
            staged.tensors(environment, tensors);
            if (!tensors.isEmpty()) {
                options.addExternalInitializers(tensors);
            }
            return environment.createSession(graph.build(), options);
        } finally {
            tensors.values().forEach(OnnxTensorLike::close);
        }
    }
}
