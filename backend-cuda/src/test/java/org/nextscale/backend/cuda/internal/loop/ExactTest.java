package org.nextscale.backend.cuda.internal.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nextscale.api.sampling.RandomSource;
import org.nextscale.api.sampling.RandomStream;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.driver.KernelLaunch;

/** exact.cuh against the sampler module's pinned results and api's random numbers. */
class ExactTest {
    private static final int COUNT = 100_000;
    private static final int THREADS = 256;

    /** The hash that the sampler module's ExpTest pins for the host's. */
    @Test
    void expIsTheHosts() {
        float[] x = new float[COUNT];
        for (int i = 0; i < COUNT; i++) {
            x[i] = -i * 0.000871f;
        }
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer y = gpu.allocate(COUNT * Float.BYTES);
            launch(gpu, "exact_exp", COUNT)
                    .pointer(gpu.upload(x))
                    .pointer(y)
                    .integer(COUNT)
                    .on(gpu.stream());
            long hash = 0;
            for (float value : gpu.floats(y)) {
                hash = hash * 31 + Float.floatToRawIntBits(value);
            }
            assertEquals(-3691543236880463020L, hash);
        }
    }

    @Test
    void drawsAreTheHosts() {
        long seed = 0x123456789abcdefL;
        long image = 7L << 32 | 9;
        RandomStream random = RandomSource.of(seed).stream(image, 3);
        int count = 20_000;
        float[] indices = new float[count];
        for (int i = 0; i < count; i++) {
            indices[i] = Float.intBitsToFloat(i * 37 % 4096);
        }
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer exponential = gpu.allocate(count * Float.BYTES);
            DeviceBuffer gumbel = gpu.allocate(count * Float.BYTES);
            launch(gpu, "exact_draws", count)
                    .number64(seed)
                    .number64(image)
                    .integer(3)
                    .integer(RandomStream.MIXTURE_LANE)
                    .pointer(gpu.upload(indices))
                    .pointer(exponential)
                    .pointer(gumbel)
                    .integer(count)
                    .on(gpu.stream());
            float[] exponentials = gpu.floats(exponential);
            float[] gumbels = gpu.floats(gumbel);
            for (int i = 0; i < count; i++) {
                int index = i * 37 % 4096;
                assertEquals(random.exponential(i, RandomStream.MIXTURE_LANE, index), exponentials[i], "at " + i);
                assertEquals(random.gumbel(i, RandomStream.MIXTURE_LANE, index), gumbels[i], "at " + i);
            }
        }
    }

    /** The smallest and the largest numbers that 32 bits make: none is 0, 1 or infinite. */
    @Test
    void uniformNumbersNeverReachTheirBounds() {
        int[] bits = {0, 1, 0xff, 0x100, 0x7fffffff, 0x80000000, 0xffffff00, 0xffffff7f, 0xffffff80, 0xffffffff};
        float[] raw = new float[bits.length];
        for (int i = 0; i < bits.length; i++) {
            raw[i] = Float.intBitsToFloat(bits[i]);
        }
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            DeviceBuffer uniform = gpu.allocate(bits.length * Float.BYTES);
            DeviceBuffer exponential = gpu.allocate(bits.length * Float.BYTES);
            DeviceBuffer gumbel = gpu.allocate(bits.length * Float.BYTES);
            launch(gpu, "exact_uniform", bits.length)
                    .pointer(gpu.upload(raw))
                    .pointer(uniform)
                    .pointer(exponential)
                    .pointer(gumbel)
                    .integer(bits.length)
                    .on(gpu.stream());
            float[] numbers = gpu.floats(uniform);
            float[] times = gpu.floats(exponential);
            float[] noise = gpu.floats(gumbel);
            assertEquals(0x1p-33f, numbers[0]);
            assertEquals(0x1.fffffep-1f, numbers[bits.length - 1]);
            for (int i = 0; i < bits.length; i++) {
                assertTrue(numbers[i] > 0 && numbers[i] < 1, "uniform of " + bits[i]);
                assertTrue(times[i] > 0 && times[i] < 17, "exponential of " + bits[i] + ": " + times[i]);
                assertTrue(noise[i] > -3.2 && noise[i] < 23, "Gumbel of " + bits[i] + ": " + noise[i]);
            }
        }
    }

    private static KernelLaunch launch(EmulatedGpu gpu, String kernel, int count) {
        return gpu.kernels().kernel(kernel).launch((count + THREADS - 1) / THREADS, THREADS);
    }
}
