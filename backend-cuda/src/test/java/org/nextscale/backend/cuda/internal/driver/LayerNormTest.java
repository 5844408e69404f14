package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** layer_norm.cu, and with it the way from Java through the driver API to a kernel and back. */
class LayerNormTest {
    private static final int ROWS = 7;
    /** No multiple of a warp. */
    private static final int WIDTH = 200;
    /** Two images with AdaLN vectors of their own, in rows longer than a vector. */
    private static final int ROWS_PER_CONDITION = 4;

    private static final int STRIDE = 2 * WIDTH;
    private static final int THREADS = 128;

    private final Random random = new Random(3);
    private final float[] x = normal(ROWS * WIDTH);
    private final float[] conditions = normal(2 * STRIDE);

    /** Sums of 200 numbers around 1 in float32: some 1e-6; values up to about 15. */
    @Test
    void isWhatTheFormulaSays() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer out = gpu.allocate(ROWS * WIDTH * Float.BYTES);
            launch(gpu, "layer_norm_f32", gpu.upload(x), gpu.upload(conditions), out);
            assertClose(expected(), gpu.floats(out), 1e-5);
        }
    }

    /** A bf16 has 8 bits: values up to 16 are off by half of 1/16. */
    @Test
    void roundsToBf16() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer out = gpu.allocate(ROWS * WIDTH * Short.BYTES);
            launch(gpu, "layer_norm_bf16", gpu.upload(x), gpu.upload(conditions), out);
            assertClose(expected(), gpu.bf16(out), 1 / 32.0);
        }
    }

    @Test
    void aGraphDoesTheSameAgainOnOtherValues() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer in = gpu.allocate(ROWS * WIDTH * Float.BYTES);
            DeviceBuffer condition = gpu.upload(conditions);
            DeviceBuffer out = gpu.allocate(ROWS * WIDTH * Float.BYTES);
            try (Graph graph = gpu.stream().capture(() -> launch(gpu, "layer_norm_f32", in, condition, out))) {
                assertEquals(Float.NaN, gpu.floats(out)[0], "recording computes nothing");
                for (int i = 0; i < 2; i++) {
                    System.arraycopy(normal(x.length), 0, x, 0, x.length);
                    gpu.staging().upload(x, in);
                    graph.launch(gpu.stream());
                    assertClose(expected(), gpu.floats(out), 1e-5);
                }
            }
        }
    }

    /** Sums go over the lanes in a fixed order, whichever of them comes first. */
    @Test
    void theOrderOfThreadsDoesNotMatter() {
        float[] first = withSeed(1);
        assertArrayEquals(first, withSeed(2));
        assertArrayEquals(first, withSeed(3));
    }

    private float[] withSeed(int seed) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            DeviceBuffer out = gpu.allocate(ROWS * WIDTH * Float.BYTES);
            launch(gpu, "layer_norm_f32", gpu.upload(x), gpu.upload(conditions), out);
            return gpu.floats(out);
        }
    }

    private static void launch(
            EmulatedGpu gpu, String name, DeviceBuffer in, DeviceBuffer condition, DeviceBuffer out) {
        int rowsOfBlock = THREADS / 32;
        gpu.kernels()
                .kernel(name)
                .launch((ROWS + rowsOfBlock - 1) / rowsOfBlock, THREADS)
                .pointer(in)
                .pointer(condition)
                .pointer(condition.slice(WIDTH * Float.BYTES, WIDTH * Float.BYTES))
                .pointer(out)
                .integer(ROWS)
                .integer(WIDTH)
                .integer(ROWS_PER_CONDITION)
                .integer(STRIDE)
                .on(gpu.stream());
    }

    private double[] expected() {
        double[] result = new double[x.length];
        for (int row = 0; row < ROWS; row++) {
            double mean = 0;
            for (int i = 0; i < WIDTH; i++) {
                mean += x[row * WIDTH + i] / (double) WIDTH;
            }
            double variance = 0;
            for (int i = 0; i < WIDTH; i++) {
                variance += Math.pow(x[row * WIDTH + i] - mean, 2) / WIDTH;
            }
            int condition = row / ROWS_PER_CONDITION * STRIDE;
            for (int i = 0; i < WIDTH; i++) {
                double scale = conditions[condition + i];
                double shift = conditions[condition + WIDTH + i];
                result[row * WIDTH + i] =
                        (x[row * WIDTH + i] - mean) / Math.sqrt(variance + 1e-6) * (1 + scale) + shift;
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
            values[i] = (float) (random.nextGaussian() + 0.5);
        }
        return values;
    }
}
