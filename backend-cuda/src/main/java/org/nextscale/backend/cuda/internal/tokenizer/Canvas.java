package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.List;
import java.util.function.Consumer;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;

/**
 * The map that travels through the stages, and the memory around it. Maps are {@code [images, height, width, channels]}, bf16
 * or float32 by precision. Used for one walk, by one thread.
 */
final class Canvas {
    private final MapKernels kernels;
    private final ScratchMemory scratch;
    private final Consumer<KernelLaunch> queue;
    private ScratchMemory.Use current = ScratchMemory.Use.FIRST_MAP;
    private ScratchMemory.Use other = ScratchMemory.Use.SECOND_MAP;
    private MapShape shape;

    /**
     * @param shape of the map that planes become at first
     * @param planes channels of those planes
     * @param queue takes what the GPU is to do, in order
     */
    Canvas(MapKernels kernels, ScratchMemory scratch, Consumer<KernelLaunch> queue, MapShape shape, int planes) {
        this.kernels = kernels;
        this.scratch = scratch;
        this.queue = queue;
        this.shape = shape;
        DeviceBuffer input =
                scratch.get(ScratchMemory.Use.INPUT, (long) shape.images() * planes * shape.positions() * Float.BYTES);
        queue.accept(kernels.mapFromPlanes(input, planes, map(), shape));
    }

    MapKernels kernels() {
        return kernels;
    }

    MapShape shape() {
        return shape;
    }

    /** The current map. */
    DeviceBuffer map() {
        return scratch.get(current, bytes(shape));
    }

    /** Room for another map. */
    DeviceBuffer next(MapShape other) {
        return scratch.get(this.other, bytes(other));
    }

    /** Makes the other map the current one. */
    void advance(MapShape newShape) {
        ScratchMemory.Use before = current;
        current = other;
        other = before;
        shape = newShape;
    }

    /** Bytes of a map. */
    long bytes(MapShape map) {
        return map.elements() * kernels.elementBytes();
    }

    DeviceBuffer memory(ScratchMemory.Use use, long bytes) {
        return scratch.get(use, bytes);
    }

    void put(KernelLaunch launch) {
        queue.accept(launch);
    }

    /**
     * Puts a product into {@code out}, splitting it if that keeps more of the GPU busy.
     *
     * @param bias {@code null} for none
     * @param residual what is added, {@code null} for nothing; may be {@code out}
     */
    void multiply(
            Product product,
            DeviceBuffer map,
            DeviceBuffer weights,
            DeviceBuffer bias,
            DeviceBuffer residual,
            DeviceBuffer out) {
        long bytes = kernels.products().partialBytes(product, shape.images());
        DeviceBuffer partial = bytes == 0 ? null : memory(ScratchMemory.Use.PARTIAL, bytes);
        List<KernelLaunch> launches =
                kernels.products().multiply(product, shape.images(), map, weights, bias, residual, out, partial);
        launches.forEach(queue);
    }
}
