package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Graph;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;
import org.nextscale.backend.cuda.internal.driver.MemoryPlan;
import org.nextscale.backend.cuda.internal.driver.Stream;

/**
 * The memory of a network for images of one size and at most so many at a time, and one CUDA graph for every number of them
 * that was asked for. For one thread at a time.
 */
final class NetworkMemory implements AutoCloseable {
    private final MapKernels kernels;
    private final List<Stage> stages;
    private final MapShape most;
    private final int planes;
    private final ScratchMemory scratch = new ScratchMemory();
    private final Map<Integer, Graph> graphs = new HashMap<>();

    /**
     * Works out what is needed and allocates nothing yet.
     *
     * @param stages of the network
     * @param most the first map, of as many images as there may be at a time
     * @param planes channels of what comes in
     */
    NetworkMemory(MapKernels kernels, List<Stage> stages, MapShape most, int planes) {
        this.kernels = kernels;
        this.stages = stages;
        this.most = most;
        this.planes = planes;
        // Fewer images need more partial sums: products are split where there are few blocks.
        for (int images = 1; images <= most.images(); images++) {
            walk(images, launch -> {});
        }
    }

    private void walk(int images, Consumer<KernelLaunch> queue) {
        MapShape shape = new MapShape(images, most.height(), most.width(), most.channels());
        Canvas canvas = new Canvas(kernels, scratch, queue, shape, planes);
        stages.forEach(stage -> stage.run(canvas));
    }

    MemoryPlan plan() {
        return scratch.plan();
    }

    void allocate(Context context) {
        scratch.allocate(context);
    }

    /** Whether it is for maps of this size, and for as many images. */
    boolean holds(int images, int height, int width) {
        return images <= most.images() && height == most.height() && width == most.width();
    }

    int images() {
        return most.images();
    }

    /** Where planes {@code [images, channels, height, width]} come in, float32. */
    DeviceBuffer input(long bytes) {
        return scratch.get(ScratchMemory.Use.INPUT, bytes);
    }

    /** Where planes come out. */
    DeviceBuffer output(long bytes) {
        return scratch.get(ScratchMemory.Use.OUTPUT, bytes);
    }

    /** Puts the network on the stream for the first images of the input. */
    void run(int images, Stream stream) {
        graphs.computeIfAbsent(images, n -> stream.capture(() -> walk(n, launch -> launch.on(stream))))
                .launch(stream);
    }

    @Override
    public void close() {
        graphs.values().forEach(Graph::close);
        graphs.clear();
        scratch.close();
    }
}
