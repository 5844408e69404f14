package org.nextscale.backend.cuda.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.tokenizer.Convolution.Way;

/** convolution.cu beside sums in double. */
class ConvolutionTest {
    private static final int IMAGES = 2;

    private final Random random = new Random(7);

    /** Odd sizes: no row or column is a multiple of a tile, every border is met. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void keepsTheSizeOfAMap(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            check(gpu, precision, new MapShape(IMAGES, 5, 7, 96), 96, 3, Way.SAME, true);
            check(gpu, precision, new MapShape(1, 13, 11, 8), 40, 3, Way.SAME, false);
        }
    }

    /** With two tiles for four multiprocessors, k is split. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void splitsSmallMaps(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=6")) {
            MapShape shape = new MapShape(1, 5, 7, 96);
            ProductKernels kernels = new ProductKernels(new Gpu(gpu.context(), gpu.kernels()), precision);
            assertEquals(2 * 35 * 96 * Float.BYTES, kernels.partialBytes(product(shape, 96, 3, Way.SAME), 1));
            check(gpu, precision, shape, 96, 3, Way.SAME, true);
        }
    }

    /** As wide as the published tokenizer's maps, for which there are tiles of their own: a low map, and a higher one. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void hasWideTiles(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=2")) {
            check(gpu, precision, new MapShape(1, 9, 15, 32), 160, 3, Way.SAME, true);
            check(gpu, precision, new MapShape(1, 19, 15, 16), 320, 3, Way.SAME, true);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void enlargesAndHalves(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=3")) {
            check(gpu, precision, new MapShape(IMAGES, 3, 5, 32), 64, 3, Way.ENLARGING, false);
            check(gpu, precision, new MapShape(IMAGES, 6, 10, 32), 64, 3, Way.HALVING, false);
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void aKernelOfOnePixel(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=4")) {
            check(gpu, precision, new MapShape(IMAGES, 5, 7, 32), 72, 1, Way.SAME, true);
        }
    }

    /** Sums go in the same order however threads take turns, also where a product is split. */
    @Test
    void theOrderOfThreadsDoesNotMatter() {
        float[] first = withSeed(1);
        assertArrayEquals(first, withSeed(2));
        assertArrayEquals(first, withSeed(3));
    }

    private float[] withSeed(int seed) {
        random.setSeed(11);
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            return check(gpu, Precision.BF16, new MapShape(1, 5, 7, 96), 64, 3, Way.SAME, false);
        }
    }

    /** Planes leave in float32, limited, without the padding behind the third channel. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void planesAreLimited(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=5")) {
            MapShape in = new MapShape(IMAGES, 9, 17, 32);
            int channels = 3;
            float[] map = Elements.normal(random, (int) in.elements(), 0, 1);
            float[] weights = weights(MapShape.padded(channels), 3, in.channels());
            float[] bias = Elements.normal(random, MapShape.padded(channels), 0, 1);
            Elements elements = new Elements(gpu, precision);
            ProductKernels kernels = new ProductKernels(new Gpu(gpu.context(), gpu.kernels()), precision);
            DeviceBuffer out = gpu.allocate((long) IMAGES * channels * in.positions() * Float.BYTES);
            kernels.planes(
                            product(in, MapShape.padded(channels), 3, Way.SAME),
                            IMAGES,
                            elements.upload(map),
                            elements.upload(weights),
                            gpu.upload(bias),
                            out,
                            channels,
                            1)
                    .on(gpu.stream());
            double[] wanted = expected(in, in, MapShape.padded(channels), 3, Way.SAME, map, weights, bias, null);
            float[] found = gpu.floats(out);
            int limited = 0;
            for (int i = 0; i < found.length; i++) {
                int position = i % in.positions();
                int plane = i / in.positions();
                int at = (plane / channels * in.positions() + position) * MapShape.padded(channels) + plane % channels;
                assertEquals(Math.max(-1, Math.min(1, wanted[at])), found[i], tolerance(precision, 0), "at " + i);
                limited += Math.abs(found[i]) == 1 ? 1 : 0;
            }
            assertEquals(0.4, limited / (double) found.length, 0.3, "some values are limited, some are not");
        }
    }

    private float[] check(
            EmulatedGpu gpu, Precision precision, MapShape in, int outputs, int side, Way way, boolean residual) {
        Elements elements = new Elements(gpu, precision);
        ProductKernels kernels = new ProductKernels(new Gpu(gpu.context(), gpu.kernels()), precision);
        Product product = product(in, outputs, side, way);
        MapShape out = new MapShape(in.images(), product.outHeight(), product.outWidth(), outputs);
        float[] map = Elements.normal(random, (int) in.elements(), 0, 1);
        float[] weights = weights(outputs, side, in.channels());
        float[] bias = Elements.normal(random, outputs, 0, 1);
        float[] added = residual ? Elements.normal(random, (int) out.elements(), 0, 1) : null;
        DeviceBuffer result = residual ? elements.upload(added) : elements.room(out.elements());
        long partial = kernels.partialBytes(product, in.images());
        kernels.multiply(
                        product,
                        in.images(),
                        elements.upload(map),
                        elements.upload(weights),
                        gpu.upload(bias),
                        residual ? result : null,
                        result,
                        partial == 0 ? null : gpu.allocate(partial))
                .forEach(launch -> launch.on(gpu.stream()));
        float[] found = elements.download(result);
        double[] wanted = expected(in, out, outputs, side, way, map, weights, bias, added);
        for (int i = 0; i < found.length; i++) {
            assertEquals(wanted[i], found[i], tolerance(precision, wanted[i]), in + " " + way + " at " + i);
        }
        return found;
    }

    private static Product product(MapShape in, int outputs, int side, Way way) {
        return new Convolution(null, null, null, in.channels(), outputs, side).product(in, way);
    }

    /** Of a size that results are around 1. */
    private float[] weights(int outputs, int side, int inputs) {
        int filter = side * side * inputs;
        return Elements.normal(random, outputs * filter, 0, 1 / Math.sqrt(filter));
    }

    /**
     * A thousand products whose sum is around 1: some 1e-6 in float32; in tf32 each operand is off by 2^-12 or so of itself,
     * and the sum by a tenth of the bound. bf16 operands are exact here, the result has 8 bits.
     */
    private static double tolerance(Precision precision, double value) {
        return switch (precision) {
            case FLOAT32 -> 1e-5;
            case TF32 -> 4e-3;
            case BF16 -> 1e-4 + Math.abs(value) / 256;
        };
    }

    private static double[] expected(
            MapShape in,
            MapShape out,
            int outputs,
            int side,
            Way way,
            float[] map,
            float[] weights,
            float[] bias,
            float[] residual) {
        int zoom = way == Way.ENLARGING ? 2 : 1;
        int stride = way == Way.HALVING ? 2 : 1;
        int before = way == Way.HALVING ? 0 : side / 2;
        double[] result = new double[in.images() * out.positions() * outputs];
        for (int i = 0; i < result.length; i++) {
            int channel = i % outputs;
            int x = i / outputs % out.width();
            int y = i / outputs / out.width() % out.height();
            int image = i / outputs / out.positions();
            double sum = bias[channel] + (residual == null ? 0 : residual[i]);
            for (int tap = 0; tap < side * side; tap++) {
                int fromY = Math.floorDiv(y * stride + tap / side - before, zoom);
                int fromX = Math.floorDiv(x * stride + tap % side - before, zoom);
                if (fromY < 0 || fromX < 0 || fromY >= in.height() || fromX >= in.width()) {
                    continue;
                }
                int pixel = ((image * in.height() + fromY) * in.width() + fromX) * in.channels();
                for (int c = 0; c < in.channels(); c++) {
                    sum += (double) map[pixel + c] * weights[(channel * side * side + tap) * in.channels() + c];
                }
            }
            result[i] = sum;
        }
        return result;
    }
}
