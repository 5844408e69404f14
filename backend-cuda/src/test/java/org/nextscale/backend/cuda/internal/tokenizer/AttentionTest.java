package org.nextscale.backend.cuda.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;

/** What attention multiplies, and maps.cu: planes that become maps, and the softmax. */
class AttentionTest {
    private static final int IMAGES = 2;
    /** No multiple of 8. */
    private static final int PIXELS = 35;

    private static final int PITCH = 40;
    private static final int CHANNELS = 64;

    private final Random random = new Random(13);

    /** Five channels of 35 pixels: the last three of a vector are zero. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void planesBecomeAMap(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu()) {
            int channels = 5;
            MapShape shape = new MapShape(IMAGES, 5, 7, 8);
            float[] planes = Elements.normal(random, IMAGES * channels * PIXELS, 0, 1);
            Elements elements = new Elements(gpu, precision);
            DeviceBuffer map = elements.room(shape.elements());
            kernels(gpu, precision)
                    .mapFromPlanes(gpu.upload(planes), channels, map, shape)
                    .on(gpu.stream());
            float[] found = elements.download(map);
            for (int i = 0; i < found.length; i++) {
                int channel = i % 8;
                int pixel = i / 8 % PIXELS;
                int image = i / 8 / PIXELS;
                float wanted = channel < channels ? planes[(image * channels + channel) * PIXELS + pixel] : 0;
                assertEquals(wanted, found[i], "at " + i);
            }
        }
    }

    /** Scores of a few hundred, whose exponentials no float holds; behind the last column something that is no number. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void softmaxOfLargeScores(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=2")) {
            int rows = 19;
            float scale = 0.125f;
            float[] scores = Elements.normal(random, rows * PITCH, 300, 20);
            for (int i = 0; i < scores.length; i++) {
                scores[i] = i % PITCH < PIXELS ? scores[i] : Float.NaN;
            }
            Elements elements = new Elements(gpu, precision);
            DeviceBuffer out = elements.room(scores.length);
            kernels(gpu, precision)
                    .softmax(gpu.upload(scores), out, rows, PIXELS, PITCH, scale)
                    .on(gpu.stream());
            float[] found = elements.download(out);
            double[] wanted = softmax(scores, rows, scale);
            for (int i = 0; i < found.length; i++) {
                assertEquals(wanted[i], found[i], precision == Precision.BF16 ? wanted[i] / 256 : 1e-6, "at " + i);
            }
        }
    }

    private static double[] softmax(float[] scores, int rows, float scale) {
        double[] result = new double[rows * PITCH];
        for (int row = 0; row < rows; row++) {
            double sum = 0;
            for (int i = 0; i < PIXELS; i++) {
                result[row * PITCH + i] = Math.exp((scores[row * PITCH + i] - 300) * (double) scale);
                sum += result[row * PITCH + i];
            }
            for (int i = 0; i < PIXELS; i++) {
                result[row * PITCH + i] /= sum;
            }
        }
        return result;
    }

    /**
     * Queries · keys, both in rows of a joint map. The columns behind the last pixel are zero though what lies there belongs to
     * the next image, or to nobody. 64 products of numbers around 1: off by 1e-5, in tf32 by 64 · 2^-11 at most.
     */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void scoresOfEveryImage(Precision precision) {
        try (EmulatedGpu gpu = new EmulatedGpu("seed=3")) {
            int row = 2 * CHANNELS;
            long image = (long) PIXELS * row;
            float[] joint = Elements.normal(random, (int) (IMAGES * image), 0, 1);
            Elements elements = new Elements(gpu, precision);
            DeviceBuffer map = elements.upload(joint);
            long keysAt = (long) CHANNELS * precision.bytes();
            DeviceBuffer out = gpu.allocate((long) IMAGES * PIXELS * PITCH * Float.BYTES);
            kernels(gpu, precision)
                    .products()
                    .scores(
                            Product.ofMatrices(PIXELS, row, CHANNELS, PIXELS, row, image, image),
                            IMAGES,
                            map,
                            map.slice(keysAt, map.bytes() - keysAt),
                            out)
                    .on(gpu.stream());
            float[] found = gpu.floats(out);
            for (int i = 0; i < found.length; i++) {
                int key = i % PITCH;
                int query = i / PITCH % PIXELS;
                int first = i / PITCH / PIXELS * (int) image;
                double sum = 0;
                for (int c = 0; c < CHANNELS && key < PIXELS; c++) {
                    sum += (double) joint[first + query * row + c] * joint[first + key * row + CHANNELS + c];
                }
                assertEquals(sum, found[i], precision == Precision.TF32 ? 64.0 / 2048 : 1e-4, "at " + i);
            }
        }
    }

    private static MapKernels kernels(EmulatedGpu gpu, Precision precision) {
        return new MapKernels(new Gpu(gpu.context(), gpu.kernels()), precision);
    }
}
