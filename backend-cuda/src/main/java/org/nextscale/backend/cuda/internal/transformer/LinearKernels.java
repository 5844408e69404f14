package org.nextscale.backend.cuda.internal.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.Kernel;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;
import org.nextscale.backend.cuda.internal.driver.Stream;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/** The kernels of linear.cu: which tile a product takes, and whether it is split along k. Thread-safe. */
final class LinearKernels {
    /** What becomes of the sums: linear.cu's {@code Kind}, in its order. */
    enum Kind {
        /** float32. */
        FLOAT,
        /** In the products' type. */
        ELEMENT,
        /** In the products' type, through GELU. */
        GELU,
        /** Multiplied by gamma and added to what is there, float32. */
        RESIDUAL,
        /** float32 without bias, for linear_join. */
        PARTIAL
    }

    /**
     * Where gammas of {@link Kind#RESIDUAL} are.
     *
     * @param gamma of the first condition, {@code [outputs]} float32
     * @param rows of a condition
     * @param stride elements from a condition's gamma to the next
     */
    record Gammas(DeviceBuffer gamma, int rows, int stride) {}

    /** tile.cuh's {@code Shapes}, from many rows to few. */
    private enum Tile {
        LARGE(128, 128, 3),
        MEDIUM(64, 64, 4),
        SMALL(16, 64, 4);

        /** Bytes of a row of a stage. */
        private static final int ROW_BYTES = 128;

        private final int rows;
        private final int columns;
        private final int sharedBytes;

        Tile(int rows, int columns, int stages) {
            this.rows = rows;
            this.columns = columns;
            this.sharedBytes = stages * (rows + columns) * ROW_BYTES;
        }

        int threads(Precision precision) {
            return this == LARGE && precision == Precision.FLOAT32 ? 256 : 128;
        }

        int blocks(int m, int n) {
            return Math.multiplyExact((m + rows - 1) / rows, (n + columns - 1) / columns);
        }

        /** Elements along k of a stage. */
        static int depth(Precision precision) {
            return ROW_BYTES / precision.bytes();
        }
    }

    /** A split gets at least so many stages, or the pipeline never fills. */
    private static final int STEPS_OF_SPLIT = 4;

    /** Blocks that a multiprocessor has at a time, at least: what splitting aims at. */
    private static final int BLOCKS_OF_MULTIPROCESSOR = 2;

    private static final int JOIN_THREADS = 128;

    private final Precision precision;
    private final int wantedBlocks;
    private final List<Kernel> kernels = new ArrayList<>();
    private final Kernel join;

    LinearKernels(Gpu gpu, Precision precision) {
        this.precision = precision;
        wantedBlocks = wantedBlocks(gpu.context().device().multiprocessors());
        String word = precision == Precision.FLOAT32 ? "f32" : precision.word();
        for (Tile tile : Tile.values()) {
            String name = "linear_" + word + "_" + tile.name().toLowerCase(Locale.ROOT);
            kernels.add(gpu.kernels().kernel(name, tile.sharedBytes));
        }
        join = gpu.kernels().kernel(precision == Precision.BF16 ? "linear_bf16_join" : "linear_f32_join");
    }

    private static int wantedBlocks(int multiprocessors) {
        return BLOCKS_OF_MULTIPROCESSOR * multiprocessors;
    }

    /** Bytes that {@code partial} of {@link #apply} has to have on a GPU with so many multiprocessors, for any product. */
    static long partialBytes(int multiprocessors) {
        return (long) wantedBlocks(multiprocessors) * Tile.MEDIUM.rows * Tile.MEDIUM.columns * Float.BYTES;
    }

    /**
     * One layer over some rows.
     *
     * @param a {@code [m, inputs]} in the products' type
     * @param gammas for {@link Kind#RESIDUAL}, otherwise {@code null}
     * @param out {@code [m, outputs]}
     * @param partial scratch memory
     */
    void apply(
            Linear layer,
            DeviceBuffer a,
            int m,
            Kind kind,
            Gammas gammas,
            DeviceBuffer out,
            DeviceBuffer partial,
            Stream stream) {
        Tile tile = tile(m, layer.outputs());
        int blocks = tile.blocks(m, layer.outputs());
        int splits = tile == Tile.LARGE ? 1 : splits(blocks, layer.inputs());
        boolean whole = splits == 1;
        KernelLaunch launch = kernels.get(tile.ordinal())
                .launch(blocks, tile.threads(precision))
                .blocks(1, splits)
                .shared(tile.sharedBytes)
                .pointer(a)
                .pointer(layer.weight());
        epilogue(launch, layer, gammas, whole ? out : partial)
                .integer(m)
                .integer(layer.outputs())
                .integer(layer.inputs());
        finish(launch, whole ? kind : Kind.PARTIAL, gammas, stream);
        if (!whole) {
            int pairs = m * layer.outputs() / 2;
            KernelLaunch sum = join.launch((pairs + JOIN_THREADS - 1) / JOIN_THREADS, JOIN_THREADS)
                    .pointer(partial);
            epilogue(sum, layer, gammas, out)
                    .integer(m)
                    .integer(layer.outputs())
                    .integer(splits);
            finish(sum, kind, gammas, stream);
        }
    }

    private static KernelLaunch epilogue(KernelLaunch launch, Linear layer, Gammas gammas, DeviceBuffer out) {
        launch.pointer(layer.bias());
        return (gammas == null ? launch.noPointer() : launch.pointer(gammas.gamma())).pointer(out);
    }

    private static void finish(KernelLaunch launch, Kind kind, Gammas gammas, Stream stream) {
        launch.integer(kind.ordinal())
                .integer(gammas == null ? 1 : gammas.rows())
                .integer(gammas == null ? 0 : gammas.stride())
                .on(stream);
    }

    /** The largest that is not half empty and gives every multiprocessor something to do. */
    private Tile tile(int m, int n) {
        if (m > Tile.MEDIUM.rows && Tile.LARGE.blocks(m, n) >= wantedBlocks / BLOCKS_OF_MULTIPROCESSOR) {
            return Tile.LARGE;
        }
        return m > 2 * Tile.SMALL.rows ? Tile.MEDIUM : Tile.SMALL;
    }

    private int splits(int blocks, int k) {
        int steps = (k + Tile.depth(precision) - 1) / Tile.depth(precision);
        return Math.max(1, Math.min(wantedBlocks / blocks, steps / STEPS_OF_SPLIT));
    }
}
