package org.nextscale.backend.cuda.internal.tokenizer;

import java.nio.FloatBuffer;
import java.util.List;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.MemoryNeed;
import org.nextscale.backend.cuda.internal.driver.Staging;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;

/**
 * Encoder or decoder on a GPU, with the workspace of the images that were computed last. For one thread at a time.
 */
final class Network implements AutoCloseable {
    /** Images at a time; more do not make a GPU faster. */
    private static final int MOST_IMAGES = 16;

    private final Gpu gpu;
    private final MapKernels kernels;
    private final String name;
    private final List<Stage> stages;
    private final int inputs;
    private final Stream stream;
    private final Staging staging;
    private NetworkMemory workspace;

    /**
     * @param name for messages
     * @param inputs channels of what comes in
     */
    Network(Gpu gpu, MapKernels kernels, String name, List<Stage> stages, int inputs, Stream stream, Staging staging) {
        this.gpu = gpu;
        this.kernels = kernels;
        this.name = name;
        this.stages = stages;
        this.inputs = inputs;
        this.stream = stream;
        this.staging = staging;
    }

    /**
     * Prepares for images of a size, fewer at a time where memory is short.
     *
     * @param images how many there are
     * @param neighbour gives its workspace back if there is too little memory otherwise
     * @return how many go at a time
     * @throws BackendException if not even one does, with the numbers
     */
    int prepare(int images, int height, int width, Network neighbour) {
        int wanted = Math.min(images, MOST_IMAGES);
        if (workspace != null && workspace.holds(wanted, height, width)) {
            return workspace.images();
        }
        release();
        NetworkMemory planned = planned(wanted, height, width);
        if (!fits(planned)) {
            neighbour.release();
        }
        while (!fits(planned)) {
            if (wanted == 1) {
                throw new BackendException(gpu.context().device().name() + ": the " + name + " needs for one map of "
                        + width + " × " + height + " " + planned.plan() + "; "
                        + MemoryNeed.inWords(gpu.context().freeBytes())
                        + " are free: smaller images or precision=bf16 need less");
            }
            wanted = (wanted + 1) / 2;
            planned = planned(wanted, height, width);
        }
        planned.allocate(gpu.context());
        workspace = planned;
        return wanted;
    }

    private NetworkMemory planned(int images, int height, int width) {
        return new NetworkMemory(kernels, stages, new MapShape(images, height, width, MapShape.padded(inputs)), inputs);
    }

    private boolean fits(NetworkMemory planned) {
        return planned.plan().bytes() <= gpu.context().freeBytes();
    }

    /** Copies planes to the GPU and lets it begin. */
    void begin(FloatBuffer planes, int images) {
        staging.upload(planes, workspace.input((long) planes.remaining() * Float.BYTES));
        workspace.run(images, stream);
    }

    /** Waits for the result of {@link #begin}. */
    void end(FloatBuffer planes) {
        staging.download(workspace.output((long) planes.remaining() * Float.BYTES), planes);
    }

    /** Gives the workspace back. */
    void release() {
        if (workspace != null) {
            workspace.close();
            workspace = null;
        }
    }

    @Override
    public void close() {
        release();
    }
}
