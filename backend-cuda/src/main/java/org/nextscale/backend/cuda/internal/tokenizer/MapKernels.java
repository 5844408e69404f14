package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.List;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Kernel;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/**
 * The kernels of group_norm.cu and maps.cu for one precision, as launches with the right sizes, and those of products.
 * Thread-safe.
 */
final class MapKernels {
    private static final int NORM_THREADS = 256;
    private static final int FACTOR_THREADS = 128;
    private static final int MAP_THREADS = 256;
    private static final int WARPS_OF_SOFTMAX = MAP_THREADS / 32;
    /** Vectors of a position that a block of group_norm_moments takes. */
    private static final int MOMENT_COLUMNS = 32;

    private static final int LEAST_CHUNK = 32;
    private static final int MOST_CHUNKS = 256;
    /** Blocks of group_norm_apply a multiprocessor: all that it holds at a time, so that each of them loops. */
    private static final int APPLY_BLOCKS = 8;

    private final int elementBytes;
    private final int multiprocessors;
    private final ProductKernels products;
    private final Kernel moments;
    private final Kernel factors;
    private final Kernel apply;
    private final Kernel fromPlanes;
    private final Kernel softmax;

    MapKernels(Gpu gpu, Precision precision) {
        String element = precision == Precision.BF16 ? "bf16" : "f32";
        elementBytes = precision.bytes();
        multiprocessors = gpu.context().device().multiprocessors();
        products = new ProductKernels(gpu, precision);
        moments = gpu.kernels().kernel("group_norm_moments_" + element);
        factors = gpu.kernels().kernel("group_norm_factors");
        apply = gpu.kernels().kernel("group_norm_apply_" + element);
        fromPlanes = gpu.kernels().kernel("map_from_planes_" + element);
        softmax = gpu.kernels().kernel("map_softmax_" + element);
    }

    /** Of an element of a map and of a weight. */
    int elementBytes() {
        return elementBytes;
    }

    /** Convolutions and what attention multiplies. */
    ProductKernels products() {
        return products;
    }

    private static int chunk(MapShape shape) {
        return Math.max(LEAST_CHUNK, parts(shape.positions(), MOST_CHUNKS));
    }

    /** Of what {@link #norm} keeps in between. */
    static long momentBytes(MapShape shape) {
        return (long) shape.images() * parts(shape.positions(), chunk(shape)) * shape.channels() * 2 * Float.BYTES;
    }

    /** Of a mean and a factor a channel and image. */
    static long factorBytes(MapShape shape) {
        return (long) shape.images() * shape.channels() * 2 * Float.BYTES;
    }

    /** {@code out = norm(map)}, and SiLU of that. */
    List<KernelLaunch> norm(
            MapShape shape,
            DeviceBuffer map,
            DeviceBuffer weight,
            DeviceBuffer bias,
            DeviceBuffer momentArea,
            DeviceBuffer factorArea,
            DeviceBuffer out,
            boolean silu) {
        int positions = shape.positions();
        int channels = shape.channels();
        int chunk = chunk(shape);
        int chunks = parts(positions, chunk);
        int vectors = channels / MapShape.VECTOR;
        KernelLaunch first = moments.launch(chunks, NORM_THREADS)
                .blocks(parts(vectors, MOMENT_COLUMNS), shape.images())
                .pointer(map)
                .pointer(momentArea)
                .integer(positions)
                .integer(channels)
                .integer(chunk);
        KernelLaunch second = factors.launch(TokenizerSpec.NORM_GROUPS, FACTOR_THREADS)
                .blocks(shape.images(), 1)
                .pointer(momentArea)
                .pointer(weight)
                .pointer(factorArea)
                .integer(positions)
                .integer(channels)
                .integer(chunk)
                .integer(chunks);
        int blocks = parts(Math.multiplyExact(positions, vectors), NORM_THREADS);
        KernelLaunch third = apply.launch(Math.min(blocks, APPLY_BLOCKS * multiprocessors), NORM_THREADS)
                .blocks(shape.images(), 1)
                .pointer(map)
                .pointer(factorArea)
                .pointer(bias)
                .pointer(out)
                .integer(positions)
                .integer(channels)
                .integer(silu ? 1 : 0);
        return List.of(first, second, third);
    }

    /** A map out of float32 planes {@code [images, channels, height, width]}. */
    KernelLaunch mapFromPlanes(DeviceBuffer planeArea, int channels, DeviceBuffer map, MapShape shape) {
        return fromPlanes
                .launch(parts(shape.positions(), MAP_THREADS), MAP_THREADS)
                .blocks(shape.channels() / MapShape.VECTOR, shape.images())
                .pointer(planeArea)
                .pointer(map)
                .integer(shape.positions())
                .integer(channels)
                .integer(shape.channels());
    }

    /** {@code probabilities [rows, pitch] = softmax(scale · scores)} over the first columns, zeros behind them. */
    KernelLaunch softmax(
            DeviceBuffer scoreArea, DeviceBuffer probabilities, int rows, int columns, int pitch, float scale) {
        return softmax.launch(parts(rows, WARPS_OF_SOFTMAX), MAP_THREADS)
                .pointer(scoreArea)
                .pointer(probabilities)
                .integer(rows)
                .integer(columns)
                .integer(pitch)
                .number(scale);
    }

    private static int parts(int whole, int part) {
        return (whole + part - 1) / part;
    }
}
