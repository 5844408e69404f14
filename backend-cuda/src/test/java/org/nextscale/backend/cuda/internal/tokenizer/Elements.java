package org.nextscale.backend.cuda.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/** Maps and weights of a precision on the tests' GPU. */
public final class Elements {
    private final EmulatedGpu gpu;
    private final Precision precision;

    public Elements(EmulatedGpu gpu, Precision precision) {
        this.gpu = gpu;
        this.precision = precision;
    }

    /** Normally distributed, and no longer than bf16. */
    public static float[] normal(Random random, int count, double mean, double deviation) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            float value = (float) (mean + deviation * random.nextGaussian());
            values[i] = Float.intBitsToFloat(Float.floatToIntBits(value) & 0xffff0000);
        }
        return values;
    }

    /** Norm of the difference over the norm of what is wanted. */
    public static double relativeError(float[] wanted, float[] found) {
        assertEquals(wanted.length, found.length);
        double error = 0;
        double size = 0;
        for (int i = 0; i < wanted.length; i++) {
            error += Math.pow(found[i] - wanted[i], 2);
            size += Math.pow(wanted[i], 2);
        }
        return Math.sqrt(error / size);
    }

    /** Memory of exactly this many elements, with NaN in it. */
    public DeviceBuffer room(long elements) {
        return gpu.allocate(elements * precision.bytes());
    }

    /** @param values exact in bf16 */
    public DeviceBuffer upload(float[] values) {
        return precision == Precision.BF16 ? gpu.uploadBf16(values) : gpu.upload(values);
    }

    public float[] download(DeviceBuffer buffer) {
        return precision == Precision.BF16 ? gpu.bf16(buffer) : gpu.floats(buffer);
    }
}
