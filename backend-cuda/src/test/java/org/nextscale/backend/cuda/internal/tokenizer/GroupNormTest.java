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

/** group_norm.cu beside a computation in double. */
class GroupNormTest {
    private static final int GROUPS = 32;

    private final Random random = new Random(9);

    /** Several chunks, the last one short; groups of three channels, which no vector of eight keeps together. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void normalizes(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            MapShape shape = new MapShape(2, 5, 7, 96);
            check(gpu, precision, shape, values(shape, 0.5), true);
            check(gpu, precision, shape, values(shape, 0.5), false);
        }
    }

    /** More vectors than a block takes, and more than 256 · 32 positions: chunks become longer. */
    @Test
    void takesWideAndLargeMaps() {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=2")) {
            MapShape wide = new MapShape(1, 3, 3, 320);
            check(gpu, Precision.FLOAT32, wide, values(wide, 0.5), true);
            MapShape large = new MapShape(1, 91, 97, 32);
            check(gpu, Precision.FLOAT32, large, values(large, 0.5), true);
        }
    }

    /**
     * A mean of a thousand deviations, and a first pixel far from all others: squares of either would leave no digit of the
     * variance. What is left is the input's own precision.
     */
    @Test
    void aMeanFarFromZeroAndOutliersCostNoPrecision() {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=3")) {
            MapShape shape = new MapShape(1, 20, 20, 32);
            float[] values = new float[(int) shape.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) (1000 + random.nextGaussian());
            }
            check(gpu, Precision.FLOAT32, shape, values, false, 5e-4);
            for (int c = 0; c < shape.channels(); c++) {
                values[c] = -1e5f;
            }
            check(gpu, Precision.FLOAT32, shape, values, false, 5e-4);
        }
    }

    /** A map of equal values has no deviation: epsilon keeps it finite. */
    @Test
    void equalValuesBecomeTheBias() {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            MapShape shape = new MapShape(1, 4, 4, 32);
            float[] values = new float[(int) shape.elements()];
            java.util.Arrays.fill(values, 3);
            check(gpu, Precision.FLOAT32, shape, values, false);
        }
    }

    @Test
    void theOrderOfThreadsDoesNotMatter() {
        float[] first = withSeed(1);
        assertArrayEquals(first, withSeed(2));
        assertArrayEquals(first, withSeed(3));
    }

    private float[] withSeed(int seed) {
        random.setSeed(4);
        try (EmulatedGpu gpu = new EmulatedGpu("seed=" + seed)) {
            MapShape shape = new MapShape(1, 9, 9, 64);
            return check(gpu, Precision.FLOAT32, shape, values(shape, 0.5), true);
        }
    }

    private float[] values(MapShape shape, double mean) {
        return Elements.normal(random, (int) shape.elements(), mean, 2);
    }

    /** Results are around 1; float32 sums of some thousand numbers are off by 1e-6, bf16 by half of its last bit. */
    private float[] check(EmulatedGpu gpu, Precision precision, MapShape shape, float[] values, boolean silu) {
        return check(gpu, precision, shape, values, silu, 2e-5);
    }

    private float[] check(
            EmulatedGpu gpu, Precision precision, MapShape shape, float[] values, boolean silu, double tolerance) {
        int channels = shape.channels();
        float[] weight = Elements.normal(random, channels, 1, 0.2);
        float[] bias = Elements.normal(random, channels, 0, 1);
        Elements elements = new Elements(gpu, precision);
        MapKernels kernels = new MapKernels(new Gpu(gpu.context(), gpu.kernels()), precision);
        DeviceBuffer out = elements.room(shape.elements());
        kernels.norm(
                        shape,
                        elements.upload(values),
                        gpu.upload(weight),
                        gpu.upload(bias),
                        gpu.allocate(MapKernels.momentBytes(shape)),
                        gpu.allocate(MapKernels.factorBytes(shape)),
                        out,
                        silu)
                .forEach(launch -> launch.on(gpu.stream()));
        float[] found = elements.download(out);
        double[] wanted = expected(shape, values, weight, bias, silu);
        for (int i = 0; i < found.length; i++) {
            double rounding = precision == Precision.BF16 ? Math.abs(wanted[i]) / 256 : 0;
            assertEquals(wanted[i], found[i], tolerance + rounding, shape + " at " + i);
        }
        return found;
    }

    private static double[] expected(MapShape shape, float[] values, float[] weight, float[] bias, boolean silu) {
        double[] result = new double[values.length];
        int channels = shape.channels();
        int size = channels / GROUPS;
        for (int image = 0; image < shape.images(); image++) {
            for (int group = 0; group < GROUPS; group++) {
                double mean = 0;
                double variance = 0;
                double count = (double) shape.positions() * size;
                for (int pass = 0; pass < 3; pass++) {
                    for (int p = 0; p < shape.positions(); p++) {
                        for (int c = group * size; c < (group + 1) * size; c++) {
                            int at = (image * shape.positions() + p) * channels + c;
                            if (pass == 0) {
                                mean += values[at] / count;
                            } else if (pass == 1) {
                                variance += Math.pow(values[at] - mean, 2) / count;
                            } else {
                                double y = (values[at] - mean) / Math.sqrt(variance + 1e-6) * weight[c] + bias[c];
                                result[at] = silu ? y / (1 + Math.exp(-y)) : y;
                            }
                        }
                    }
                }
            }
        }
        return result;
    }
}
