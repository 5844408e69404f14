package org.nextscale.backend.cuda.internal.driver;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** The emulated GPU's tensor cores, ldmatrix and cp.async, beside a computation in double. */
class ProductsTest {
    private static final int M = 64;
    private static final int N = 256;
    private static final int K = 256;
    private static final int TILE = 64;
    private static final int SHARED_BYTES = 2 * TILE * 40 * Short.BYTES;

    private final Random random = new Random(5);

    /** Inputs are bf16 exactly; 256 products of numbers around 1 summed in float32 are off by some 1e-5. */
    @Test
    void bf16() {
        float[] a = bf16Values(M * K);
        float[] b = bf16Values(N * K);
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer c = gpu.allocate(M * N * Float.BYTES);
            gpu.kernels()
                    .kernel("product_bf16")
                    .launch(N / TILE, 128)
                    .blocks(M / TILE, 1)
                    .shared(SHARED_BYTES)
                    .pointer(gpu.uploadBf16(a))
                    .pointer(gpu.uploadBf16(b))
                    .pointer(c)
                    .integer(N)
                    .integer(K)
                    .on(gpu.stream());
            float[] result = gpu.floats(c);
            for (int row = 0; row < M; row++) {
                for (int column = 0; column < N; column++) {
                    double sum = 0;
                    for (int k = 0; k < K; k++) {
                        sum += (double) a[row * K + k] * b[column * K + k];
                    }
                    assertEquals(sum, result[row * N + column], 1e-4, row + ", " + column);
                }
            }
        }
    }

    /** tf32 has 10 bits of mantissa: 8 products of numbers around 1, each off by 2^-11 twice at most. */
    @Test
    void tf32() {
        float[] a = normal(16 * 8);
        float[] b = normal(8 * 8);
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer c = gpu.allocate(16 * 8 * Float.BYTES);
            gpu.kernels()
                    .kernel("product_tf32")
                    .launch(1, 32)
                    .pointer(gpu.upload(a))
                    .pointer(gpu.upload(b))
                    .pointer(c)
                    .on(gpu.stream());
            float[] result = gpu.floats(c);
            double largest = 0;
            for (int row = 0; row < 16; row++) {
                for (int column = 0; column < 8; column++) {
                    double sum = 0;
                    double magnitude = 0;
                    for (int k = 0; k < 8; k++) {
                        double product = (double) a[row * 8 + k] * b[k * 8 + column];
                        sum += product;
                        magnitude += Math.abs(product);
                    }
                    double error = Math.abs(sum - result[row * 8 + column]);
                    assertEquals(0, error, magnitude / 1000, row + ", " + column);
                    largest = Math.max(largest, error);
                }
            }
            assertEquals(true, largest > 1e-5, "less is kept of the operands than float32 has");
        }
    }

    @Test
    void ldmatrixTransposes() {
        float[] values = bf16Values(16 * 16);
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer out = gpu.allocate(16 * 16 * Short.BYTES);
            gpu.kernels()
                    .kernel("transpose_bf16")
                    .launch(1, 32)
                    .pointer(gpu.uploadBf16(values))
                    .pointer(out)
                    .on(gpu.stream());
            float[] expected = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                expected[i % 16 * 16 + i / 16] = values[i];
            }
            assertArrayEquals(expected, gpu.bf16(out));
        }
    }

    private float[] normal(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private float[] bf16Values(int count) {
        float[] values = normal(count);
        EmulatedGpu.roundToBf16(values);
        return values;
    }
}
