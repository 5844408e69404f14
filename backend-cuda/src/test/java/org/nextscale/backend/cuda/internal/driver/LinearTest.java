package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * linear.cu and tile.cuh beside a computation in double, at sizes that no tile divides: every kind of product, every tile,
 * every epilogue, and k split over blocks.
 */
class LinearTest {
    private static final int FLOAT = 0;
    private static final int ELEMENT = 1;
    private static final int GELU = 2;
    private static final int RESIDUAL = 3;
    private static final int PARTIAL = 4;

    private static final int ROWS_PER_CONDITION = 30;

    private record Tile(int rows, int columns, int threads, int sharedBytes) {
        int blocks(int m, int n) {
            return (m + rows - 1) / rows * ((n + columns - 1) / columns);
        }
    }

    private static Tile tile(String kernel) {
        if (kernel.endsWith("large")) {
            return new Tile(128, 128, kernel.contains("f32_") && !kernel.contains("tf32") ? 256 : 128, 3 * 256 * 128);
        }
        return kernel.endsWith("medium") ? new Tile(64, 64, 128, 4 * 128 * 128) : new Tile(16, 64, 128, 4 * 80 * 128);
    }

    private final Random random = new Random(7);
    private int m;
    private int n;
    private int k;
    private float[] a;
    private float[] weights;
    private float[] bias;
    private float[] gamma;
    private float[] old;

    /** Sums of k products of numbers around 1: √k times what rounding costs each, in bf16 the inputs are exact. */
    @ParameterizedTest
    @CsvSource({
        "linear_bf16_large,  130, 132, 200, 1e-5",
        "linear_bf16_medium, 65,  70,  328, 1e-5",
        "linear_bf16_small,  17,  130, 264, 1e-5",
        "linear_bf16_small,  2,   64,  8,   1e-5",
        "linear_tf32_large,  130, 132, 100, 4e-3",
        "linear_tf32_medium, 65,  70,  164, 4e-3",
        "linear_tf32_small,  17,  130, 132, 4e-3",
        "linear_f32_large,   130, 132, 100, 1e-5",
        "linear_f32_medium,  65,  70,  164, 1e-5",
        "linear_f32_small,   17,  130, 132, 1e-5",
    })
    void multiplies(String kernel, int m, int n, int k, double tolerance) {
        draw(kernel, m, n, k);
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer out = gpu.allocate((long) m * n * Float.BYTES);
            launch(gpu, kernel, 1, FLOAT, out);
            assertClose(expected(FLOAT), gpu.floats(out), tolerance);
        }
    }

    /** bf16 results have 8 bits: values up to 8 are off by half of 1/32. */
    @ParameterizedTest
    @ValueSource(strings = {"linear_bf16_small", "linear_tf32_medium", "linear_f32_medium"})
    void hasEpilogues(String kernel) {
        draw(kernel, 61, 70, 40);
        boolean bf16 = kernel.contains("bf16");
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            for (int kind : new int[] {ELEMENT, GELU, RESIDUAL}) {
                boolean rounds = bf16 && kind != RESIDUAL;
                DeviceBuffer out =
                        kind == RESIDUAL ? gpu.upload(old) : gpu.allocate((long) m * n * (rounds ? Short.BYTES : 4));
                launch(gpu, kernel, 1, kind, out);
                assertClose(expected(kind), rounds ? gpu.bf16(out) : gpu.floats(out), rounds ? 1 / 64.0 : 4e-3);
            }
        }
    }

    /** Nine steps along k in four parts of three: the last is empty. The order of the sums is fixed. */
    @ParameterizedTest
    @ValueSource(strings = {"linear_bf16_small", "linear_f32_small"})
    void splitsK(String kernel) {
        draw(kernel, 5, 70, kernel.contains("bf16") ? 9 * 64 - 8 : 9 * 32 - 4);
        float[] first = split(kernel, 1);
        assertClose(expected(FLOAT), first, 2e-5);
        assertArrayEquals(first, split(kernel, 2));
    }

    private float[] split(String kernel, int seed) {
        int splits = 4;
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            DeviceBuffer partial = gpu.allocate((long) splits * m * n * Float.BYTES);
            DeviceBuffer out = gpu.allocate((long) m * n * Float.BYTES);
            launch(gpu, kernel, splits, PARTIAL, partial);
            gpu.kernels()
                    .kernel(kernel.replace("small", "join"))
                    .launch((m * n / 2 + 127) / 128, 128)
                    .pointer(partial)
                    .pointer(gpu.upload(bias))
                    .noPointer()
                    .pointer(out)
                    .integer(m)
                    .integer(n)
                    .integer(splits)
                    .integer(FLOAT)
                    .integer(1)
                    .integer(0)
                    .on(gpu.stream());
            return gpu.floats(out);
        }
    }

    private void launch(EmulatedGpu gpu, String kernel, int splits, int kind, DeviceBuffer out) {
        Tile tile = tile(kernel);
        boolean bf16 = kernel.contains("bf16");
        gpu.kernels()
                .kernel(kernel, tile.sharedBytes())
                .launch(tile.blocks(m, n), tile.threads())
                .blocks(1, splits)
                .shared(tile.sharedBytes())
                .pointer(bf16 ? gpu.uploadBf16(a) : gpu.upload(a))
                .pointer(bf16 ? gpu.uploadBf16(weights) : gpu.upload(weights))
                .pointer(gpu.upload(bias))
                .pointer(gpu.upload(gamma))
                .pointer(out)
                .integer(m)
                .integer(n)
                .integer(k)
                .integer(kind)
                .integer(ROWS_PER_CONDITION)
                .integer(n)
                .on(gpu.stream());
    }

    private void draw(String kernel, int m, int n, int k) {
        this.m = m;
        this.n = n;
        this.k = k;
        a = normal(m * k);
        weights = normal(n * k);
        if (kernel.contains("bf16")) {
            EmulatedGpu.roundToBf16(a);
            EmulatedGpu.roundToBf16(weights);
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= 16;
        }
        bias = normal(n);
        gamma = normal((m / ROWS_PER_CONDITION + 1) * n);
        old = normal(m * n);
    }

    private double[] expected(int kind) {
        double[] result = new double[m * n];
        for (int row = 0; row < m; row++) {
            for (int column = 0; column < n; column++) {
                double sum = bias[column];
                for (int i = 0; i < k; i++) {
                    sum += (double) a[row * k + i] * weights[column * k + i];
                }
                int at = row * n + column;
                result[at] = switch (kind) {
                    case GELU ->
                        0.5 * sum * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (sum + 0.044715 * Math.pow(sum, 3))));
                    case RESIDUAL -> old[at] + gamma[row / ROWS_PER_CONDITION * n + column] * sum;
                    default -> sum;
                };
            }
        }
        return result;
    }

    private static void assertClose(double[] expected, float[] actual, double tolerance) {
        assertEquals(expected.length, actual.length);
        for (int i = 0; i < expected.length; i++) {
            assertEquals(expected[i], actual[i], tolerance, "at " + i);
        }
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
