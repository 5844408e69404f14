package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.List;
import java.util.function.Consumer;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Launch;

/**
 * The map that travels through the stages, and the areas around it. Maps are {@code [images, height, width, channels]}, bf16
 * or float32 by precision. Used for one walk, by one thread.
 */
final class Canvas {
    private final MapKernels kernels;
    private final Areas areas;
    private final Consumer<Launch> queue;
    private Areas.Area current = Areas.Area.FIRST_MAP;
    private Areas.Area other = Areas.Area.SECOND_MAP;
    private MapShape shape;

    /**
     * @param shape of the map that planes become at first
     * @param planes channels of those planes
     * @param queue takes what the GPU is to do, in order
     */
    Canvas(MapKernels kernels, Areas areas, Consumer<Launch> queue, MapShape shape, int planes) {
        this.kernels = kernels;
        this.areas = areas;
        this.queue = queue;
        this.shape = shape;
        DeviceBuffer input =
                areas.get(Areas.Area.INPUT, (long) shape.images() * planes * shape.positions() * Float.BYTES);
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
        return areas.get(current, bytes(shape));
    }

    /** Room for another map. */
    DeviceBuffer next(MapShape other) {
        return areas.get(this.other, bytes(other));
    }

    /** Makes the other map the current one. */
    void advance(MapShape newShape) {
        Areas.Area before = current;
        current = other;
        other = before;
        shape = newShape;
    }

    /** Bytes of a map. */
    long bytes(MapShape map) {
        return map.elements() * kernels.elementBytes();
    }

    DeviceBuffer area(Areas.Area area, long bytes) {
        return areas.get(area, bytes);
    }

    void put(Launch launch) {
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
        DeviceBuffer partial = bytes == 0 ? null : area(Areas.Area.PARTIAL, bytes);
        List<Launch> launches =
                kernels.products().multiply(product, shape.images(), map, weights, bias, residual, out, partial);
        launches.forEach(queue);
    }
}
