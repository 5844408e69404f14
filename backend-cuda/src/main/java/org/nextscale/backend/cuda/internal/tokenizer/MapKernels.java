package org.nextscale.backend.cuda.internal.tokenizer;

import java.util.List;
import org.nextscale.backend.cuda.internal.Gpu;
import org.nextscale.backend.cuda.internal.Precision;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Kernel;
import org.nextscale.backend.cuda.internal.driver.Launch;

/**
 * The kernels of convolution.cu, group_norm.cu and maps.cu for one precision, as launches with the right sizes. Thread-safe.
 */
final class MapKernels {
    private static final int ROW_BYTES = 128;
    private static final int GROUPS = 32;
    private static final int NORM_THREADS = 256;
    private static final int FACTOR_THREADS = 128;
    private static final int MAP_THREADS = 256;
    private static final int WARPS_OF_SOFTMAX = MAP_THREADS / 32;
    private static final int JOIN_THREADS = 128;
    /** Pieces of a position that a block of group_norm_moments takes. */
    private static final int MOMENT_COLUMNS = 32;

    private static final int LEAST_CHUNK = 32;
    private static final int MOST_CHUNKS = 256;
    /** Blocks of group_norm_apply a multiprocessor: all that it holds at a time, so that each of them loops. */
    private static final int APPLY_BLOCKS = 8;
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
    private final Kernel moments;
    private final Kernel factors;
    private final Kernel apply;
    private final Kernel fromPlanes;
    private final Kernel softmax;

    MapKernels(Gpu gpu, Precision precision) {
        String product = precision == Precision.FLOAT32 ? "f32" : precision.word();
        String element = precision == Precision.BF16 ? "bf16" : "f32";
        elementBytes = precision.bytes();
        multiprocessors = gpu.context().device().multiprocessors();
        String convolution = "convolution_" + product;
        low = tile(gpu, convolution + "_low", 128, 160, precision == Precision.FLOAT32 ? 256 : 128, 3);
        wide = precision == Precision.FLOAT32 ? low : tile(gpu, convolution + "_wide", 256, 160, 256, 3);
        medium = tile(gpu, convolution + "_medium", 64, 64, 128, 4);
        planes = tile(gpu, convolution + "_planes", 128, 16, 128, 4);
        scores = precision == Precision.BF16 ? tile(gpu, convolution + "_scores", 64, 64, 128, 4) : medium;
        join = gpu.kernels().kernel("convolution_join_" + element);
        moments = gpu.kernels().kernel("group_norm_moments_" + element);
        factors = gpu.kernels().kernel("group_norm_factors");
        apply = gpu.kernels().kernel("group_norm_apply_" + element);
        fromPlanes = gpu.kernels().kernel("map_from_planes_" + element);
        softmax = gpu.kernels().kernel("map_softmax_" + element);
    }

    /** As convolution.cu's shapes. */
    private static Tile tile(Gpu gpu, String name, int rows, int columns, int threads, int stages) {
        int sharedBytes = stages * (rows + columns) * ROW_BYTES;
        return new Tile(gpu.kernels().kernel(name, sharedBytes), rows, columns, threads, sharedBytes);
    }

    /** Of an element of a map and of a weight. */
    int elementBytes() {
        return elementBytes;
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
    List<Launch> multiply(
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
        Launch sum = launch(tile, product, images * splits).pointer(map).pointer(weights);
        pointers(sum, bias, residual, out, partial);
        product.put(sum, splits);
        if (splits == 1) {
            return List.of(sum);
        }
        long size = (long) images * product.positions() * product.outputs();
        Launch joined = join.launch(Math.toIntExact((size / 2 + JOIN_THREADS - 1) / JOIN_THREADS), JOIN_THREADS);
        pointers(joined, partial, bias, residual, out);
        return List.of(sum, joined.number64(size).integer(product.outputs()).integer(splits));
    }

    /** {@code out [images, positions, outputs]} float32 {@code = product}. */
    Launch scores(Product product, int images, DeviceBuffer map, DeviceBuffer weights, DeviceBuffer out) {
        Launch launch = launch(scores, product, images).pointer(map).pointer(weights);
        pointers(launch, null, null, out, null);
        return product.put(launch, 1);
    }

    /** {@code out [images, channels, positions]} float32 {@code = product + bias}, limited to ±limit. */
    Launch planes(
            Product product,
            int images,
            DeviceBuffer map,
            DeviceBuffer weights,
            DeviceBuffer bias,
            DeviceBuffer out,
            int channels,
            float limit) {
        Launch launch = launch(planes, product, images)
                .pointer(map)
                .pointer(weights)
                .pointer(bias)
                .pointer(out)
                .integer(channels)
                .number(limit);
        return product.put(launch, 1);
    }

    private static Launch launch(Tile tile, Product product, int blocksZ) {
        return tile.kernel
                .launch(Math.toIntExact(tile.tiles(product)), tile.threads)
                .blocks(1, blocksZ)
                .shared(tile.sharedBytes);
    }

    private static void pointers(Launch launch, DeviceBuffer... buffers) {
        for (DeviceBuffer buffer : buffers) {
            if (buffer == null) {
                launch.noPointer();
            } else {
                launch.pointer(buffer);
            }
        }
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
    List<Launch> norm(
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
        int pieces = channels / MapShape.PIECE;
        Launch first = moments.launch(chunks, NORM_THREADS)
                .blocks(parts(pieces, MOMENT_COLUMNS), shape.images())
                .pointer(map)
                .pointer(momentArea)
                .integer(positions)
                .integer(channels)
                .integer(chunk);
        Launch second = factors.launch(GROUPS, FACTOR_THREADS)
                .blocks(shape.images(), 1)
                .pointer(momentArea)
                .pointer(weight)
                .pointer(factorArea)
                .integer(positions)
                .integer(channels)
                .integer(chunk)
                .integer(chunks);
        int blocks = parts(Math.multiplyExact(positions, pieces), NORM_THREADS);
        Launch third = apply.launch(Math.min(blocks, APPLY_BLOCKS * multiprocessors), NORM_THREADS)
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
    Launch mapFromPlanes(DeviceBuffer planeArea, int channels, DeviceBuffer map, MapShape shape) {
        return fromPlanes
                .launch(parts(shape.positions(), MAP_THREADS), MAP_THREADS)
                .blocks(shape.channels() / MapShape.PIECE, shape.images())
                .pointer(planeArea)
                .pointer(map)
                .integer(shape.positions())
                .integer(channels)
                .integer(shape.channels());
    }

    /** {@code probabilities [rows, pitch] = softmax(scale · scores)} over the first columns, zeros behind them. */
    Launch softmax(DeviceBuffer scoreArea, DeviceBuffer probabilities, int rows, int columns, int pitch, float scale) {
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
