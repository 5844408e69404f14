package org.nextscale.backend.cuda.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.tokenizer.Elements;

/** Every tile, split along k and not, beside a computation in double. */
class LinearKernelsTest {
    private static final int INPUTS = 1024;

    /**
     * The emulated GPU has four multiprocessors and finds what is written behind partial sums. Sums of 1024 products of numbers
     * around 1, exact in bf16, are off by some 32 times what rounding costs a number of 32.
     */
    @ParameterizedTest
    @CsvSource({
        "BF16,    1,   2",
        "BF16,    5,   258",
        "BF16,    33,  70",
        "BF16,    65,  130",
        "BF16,    130, 258",
        "FLOAT32, 5,   70",
        "FLOAT32, 65,  130",
        "FLOAT32, 130, 258"
    })
    void multiplies(Precision precision, int m, int n) {
        Random random = new Random(m + n);
        float[] a = Elements.normal(random, m * INPUTS, 0, 1);
        float[] weights = Elements.normal(random, n * INPUTS, 0, 1);
        float[] bias = Elements.normal(random, n, 0, 1);
        try (EmulatedGpu gpu = new EmulatedGpu("seed=6")) {
            LinearKernels kernels = new LinearKernels(new Gpu(gpu.context(), gpu.kernels()), precision);
            Elements elements = new Elements(gpu, precision);
            Linear layer = new Linear(elements.upload(weights), gpu.upload(bias), n, INPUTS);
            int multiprocessors = gpu.context().device().multiprocessors();
            DeviceBuffer partial = gpu.allocate(LinearKernels.partialBytes(multiprocessors));
            DeviceBuffer out = gpu.allocate((long) m * n * Float.BYTES);
            kernels.apply(layer, elements.upload(a), m, LinearKernels.Kind.FLOAT, null, out, partial, gpu.stream());
            float[] found = gpu.floats(out);
            for (int i = 0; i < found.length; i++) {
                double wanted = bias[i % n];
                for (int k = 0; k < INPUTS; k++) {
                    wanted += (double) a[i / n * INPUTS + k] * weights[i % n * INPUTS + k];
                }
                assertEquals(wanted, found[i], 2e-4, "at " + i);
            }
        }
    }
}
