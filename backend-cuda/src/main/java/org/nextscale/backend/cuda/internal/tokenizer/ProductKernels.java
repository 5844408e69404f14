package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.List;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Kernel;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/** The kernels of convolution.cu for one precision, as launches with the right tiles and sizes. Thread-safe. */
final class ProductKernels {
    private static final int ROW_BYTES = 128;
    private static final int JOIN_THREADS = 128;
    /** A split has at least this many stages of the pipeline. */
    private static final int LEAST_STAGES = 6;

    /** A kernel of convolution.cu with its block's tile. */
    private record Tile(Kernel kernel, int rows, int columns, int threads, int sharedBytes) {
        long tiles(Product product) {
            return (long) parts(product.positions(), rows) * parts(product.outputs(), columns);
        }
    }

    private final int elementBytes;
    private final int multiprocessors;
    private final Tile wide;
    private final Tile low;
    private final Tile medium;
    private final Tile scores;
    private final Tile planes;
    private final Kernel join;

    ProductKernels(Gpu gpu, Precision precision) {
        boolean exact = precision == Precision.FLOAT32;
        boolean half = precision == Precision.BF16;
        elementBytes = precision.bytes();
        multiprocessors = gpu.context().device().multiprocessors();
        String name = "convolution_" + (exact ? "f32" : precision.word());
        low = tile(gpu, name + "_low", 128, 160, exact ? 256 : 128, 3);
        wide = exact ? low : tile(gpu, name + "_wide", 256, 160, 256, 3);
        medium = tile(gpu, name + "_medium", 64, 64, 128, 4);
        planes = tile(gpu, name + "_planes", 128, 16, 128, 4);
        scores = half ? tile(gpu, name + "_scores", 64, 64, 128, 4) : medium;
        join = gpu.kernels().kernel("convolution_join_" + (half ? "bf16" : "f32"));
    }

    /** As convolution.cu's shapes. */
    private static Tile tile(Gpu gpu, String name, int rows, int columns, int threads, int stages) {
        int sharedBytes = stages * (rows + columns) * ROW_BYTES;
        return new Tile(gpu.kernels().kernel(name, sharedBytes), rows, columns, threads, sharedBytes);
    }

    private Tile tile(Product product, int images) {
        if (product.outputs() % wide.columns != 0) {
            return medium;
        }
        return wide.tiles(product) * images < multiprocessors ? low : wide;
    }

    /** Parts that a product is split in, so that all multiprocessors have something to do. */
    private int splits(Product product, Tile tile, int images) {
        long blocks = tile.tiles(product) * images;
        int stages = parts(product.depth() * elementBytes, ROW_BYTES);
        long wanted = Math.min(multiprocessors / blocks, stages / LEAST_STAGES);
        return (int) Math.max(1, wanted);
    }

    /** What {@link #multiply} needs for partial sums; 0 if it does not split. */
    long partialBytes(Product product, int images) {
        int splits = splits(product, tile(product, images), images);
        return splits == 1 ? 0 : (long) splits * images * product.positions() * product.outputs() * Float.BYTES;
    }

    /**
     * {@code out [images, positions, outputs] = product + bias + residual}.
     *
     * @param bias float32; {@code null} for none
     * @param residual {@code null} for nothing; may be {@code out}
     * @param partial {@link #partialBytes}; {@code null} if that is 0
     */
    List<KernelLaunch> multiply(
            Product product,
            int images,
            DeviceBuffer map,
            DeviceBuffer weights,
            DeviceBuffer bias,
            DeviceBuffer residual,
            DeviceBuffer out,
            DeviceBuffer partial) {
        Tile tile = tile(product, images);
        int splits = splits(product, tile, images);
        KernelLaunch sum = launch(tile, product, images * splits).pointer(map).pointer(weights);
        pointers(sum, bias, residual, out, partial);
        product.put(sum, splits);
        if (splits == 1) {
            return List.of(sum);
        }
        long size = (long) images * product.positions() * product.outputs();
        KernelLaunch joined = join.launch(Math.toIntExact((size / 2 + JOIN_THREADS - 1) / JOIN_THREADS), JOIN_THREADS);
        pointers(joined, partial, bias, residual, out);
        return List.of(sum, joined.number64(size).integer(product.outputs()).integer(splits));
    }

    /** {@code out [images, positions, outputs]} float32 {@code = product}. */
    KernelLaunch scores(Product product, int images, DeviceBuffer map, DeviceBuffer weights, DeviceBuffer out) {
        KernelLaunch launch = launch(scores, product, images).pointer(map).pointer(weights);
        pointers(launch, null, null, out, null);
        return product.put(launch, 1);
    }

    /** {@code out [images, channels, positions]} float32 {@code = product + bias}, limited to ±limit. */
    KernelLaunch planes(
            Product product,
            int images,
            DeviceBuffer map,
            DeviceBuffer weights,
            DeviceBuffer bias,
            DeviceBuffer out,
            int channels,
            float limit) {
        KernelLaunch launch = launch(planes, product, images)
                .pointer(map)
                .pointer(weights)
                .pointer(bias)
                .pointer(out)
                .integer(channels)
                .number(limit);
        return product.put(launch, 1);
    }

    private static KernelLaunch launch(Tile tile, Product product, int blocksZ) {
        return tile.kernel
                .launch(Math.toIntExact(tile.tiles(product)), tile.threads)
                .blocks(1, blocksZ)
                .shared(tile.sharedBytes);
    }

    private static void pointers(KernelLaunch launch, DeviceBuffer... buffers) {
        for (DeviceBuffer buffer : buffers) {
            if (buffer == null) {
                launch.noPointer();
            } else {
                launch.pointer(buffer);
            }
        }
    }

    private static int parts(int whole, int part) {
        return (whole + part - 1) / part;
    }
}
