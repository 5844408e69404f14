package org.nextscale.backend.cuda.internal.transformer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.backend.cuda.internal.driver.DeviceBuffer;
import org.nextscale.backend.cuda.internal.driver.EmulatedGpu;
import org.nextscale.backend.cuda.internal.gpu.Gpu;
import org.nextscale.backend.cuda.internal.gpu.Precision;
import org.nextscale.backend.cuda.internal.tokenizer.Elements;

/** Attention over the cache beside a computation in double. */
class TransformerKernelsTest {
    private static final int SEQUENCES = 2;
    private static final int HEADS = 3;
    /** 1 + 25 + 81 tokens: the last scale has more queries than a block, and more keys than a tile, of neither a multiple. */
    private static final ScalePyramid PYRAMID = ScalePyramid.of(1, 5, 9);

    private static final int LAST = 2;

    private final Random random = new Random(5);

    /**
     * bf16: results up to 3 have 8 bits (1/128), and scores of up to 8 from rounded queries and keys are off by about 1/50 of
     * their exponential.
     */
    @ParameterizedTest
    @CsvSource({
        "BF16,    64, true,  5e-2",
        "BF16,    24, false, 5e-2",
        "FLOAT32, 64, true,  2e-5",
        "FLOAT32, 24, false, 2e-5",
        "TF32,    8,  true,  2e-5"
    })
    void attendsToAllThatIsCached(Precision precision, int size, boolean normalized, double tolerance) {
        int width = HEADS * size;
        TransformerSpec spec = TransformerSpec.builder(1)
                .width(width)
                .heads(HEADS)
                .feedForward(width)
                .classes(10)
                .l2NormAttention(normalized)
                .latentChannels(8)
                .vocabularySize(64)
                .pyramid(PYRAMID)
                .build();
        int length = PYRAMID.totalTokens();
        float[] all = Elements.normal(random, SEQUENCES * length * 3 * width, 0, 1);
        float[] factors = {0.3f, 1, 8};
        try (EmulatedGpu gpu = new EmulatedGpu("seed=3")) {
            TransformerKernels kernels = new TransformerKernels(new Gpu(gpu.context(), gpu.kernels()), spec, precision);
            Elements elements = new Elements(gpu, precision);
            DeviceBuffer keys = elements.room((long) SEQUENCES * length * width);
            DeviceBuffer values = elements.room((long) SEQUENCES * length * width);
            DeviceBuffer uploadedFactors = gpu.upload(factors);
            DeviceBuffer q = null;
            for (int scale = 0; scale <= LAST; scale++) {
                DeviceBuffer qkv = elements.upload(scale(all, scale, 3 * width));
                q = elements.room((long) SEQUENCES * PYRAMID.tokens(scale) * width);
                kernels.prepare(qkv, uploadedFactors, q, keys, values, SEQUENCES, scale, gpu.stream());
            }
            DeviceBuffer out = elements.room((long) SEQUENCES * PYRAMID.tokens(LAST) * width);
            kernels.attention(q, keys, values, out, SEQUENCES, LAST, gpu.stream());
            float[] found = elements.download(out);
            double[] wanted = attention(all, factors, size, normalized);
            for (int i = 0; i < wanted.length; i++) {
                assertEquals(wanted[i], found[i], tolerance, "at " + i);
            }
        }
    }

    /** A scale's rows of {@code [sequences, all tokens, width]}. */
    private static float[] scale(float[] all, int scale, int width) {
        int size = PYRAMID.tokens(scale) * width;
        float[] result = new float[SEQUENCES * size];
        for (int s = 0; s < SEQUENCES; s++) {
            int from = (s * PYRAMID.totalTokens() + PYRAMID.begin(scale)) * width;
            System.arraycopy(all, from, result, s * size, size);
        }
        return result;
    }

    /** Softmax to the base of 2, as the kernels': log2 e is in the factors. */
    private static double[] attention(float[] all, float[] factors, int size, boolean normalized) {
        int width = HEADS * size;
        int length = PYRAMID.totalTokens();
        int tokens = PYRAMID.tokens(LAST);
        double[] result = new double[SEQUENCES * tokens * width];
        for (int row = 0; row < SEQUENCES * tokens; row++) {
            int sequence = row / tokens;
            int token = PYRAMID.begin(LAST) + row % tokens;
            for (int head = 0; head < HEADS; head++) {
                double[] query = part(all, sequence * length + token, 0, head, size, normalized);
                double[] weights = new double[length];
                for (int key = 0; key < length; key++) {
                    double[] other = part(all, sequence * length + key, 1, head, size, normalized);
                    for (int i = 0; i < size; i++) {
                        weights[key] += factors[head] * query[i] * other[i];
                    }
                    weights[key] = Math.pow(2, weights[key]);
                }
                double total = Arrays.stream(weights).sum();
                for (int key = 0; key < length; key++) {
                    double[] value = part(all, sequence * length + key, 2, head, size, false);
                    for (int i = 0; i < size; i++) {
                        result[row * width + head * size + i] += weights[key] / total * value[i];
                    }
                }
            }
        }
        return result;
    }

    /** Of {@code [rows, 3, heads, size]}. */
    private static double[] part(float[] all, int row, int which, int head, int size, boolean normalized) {
        double[] part = new double[size];
        double squares = 0;
        for (int i = 0; i < size; i++) {
            part[i] = all[((row * 3 + which) * HEADS + head) * size + i];
            squares += part[i] * part[i];
        }
        double norm = normalized ? Math.sqrt(squares) : 1;
        return Arrays.stream(part).map(value -> value / norm).toArray();
    }
}
