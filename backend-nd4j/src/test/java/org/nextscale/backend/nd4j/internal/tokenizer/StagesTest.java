package org.nextscale.backend.nd4j.internal.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.backend.nd4j.internal.compute.Floats;
import org.nextscale.backend.nd4j.internal.compute.NativeBuilds;
import org.nextscale.backend.nd4j.internal.compute.NativeLibrary;
import org.nextscale.backend.nd4j.internal.compute.NativeMemory;
import org.nextscale.backend.nd4j.internal.compute.Workers;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.testkit.fake.FakeWeights;

/** Padding, convolution and group norm against their definitions. */
class StagesTest {
    private static final Workers WORKERS =
            new Workers(NativeLibrary.load(NativeBuilds.of(DescribedMachine.current())), 3);

    @AfterAll
    static void close() {
        WORKERS.close();
    }

    @Test
    void loadingAndStoringIsTheIdentityUpToTheLimit() {
        float[] image = random(3 * 5 * 4);
        float[] back = new float[image.length];
        WORKERS.exclusively(() -> {
            try (Canvas canvas = new Canvas(WORKERS)) {
                canvas.load(image, 0, 5, 4, 3);
                canvas.store(back, 0, Float.MAX_VALUE);
                assertArrayEquals(image, back);
                canvas.store(back, 0, 0.5f);
            }
        });
        for (int i = 0; i < image.length; i++) {
            assertEquals(Math.max(-0.5f, Math.min(0.5f, image[i])), back[i]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "2,1,1", "1,0,1", "1,0,0", "3,2,1"})
    void paddingSurroundsTheEnlargedMapWithZeros(int zoom, int before, int after) {
        int height = 3;
        int width = 1000;
        int channels = 5;
        float[] image = random(channels * height * width);
        WORKERS.exclusively(() -> {
            try (Canvas canvas = new Canvas(WORKERS)) {
                canvas.load(image, 0, height, width, channels);
                Floats padded = canvas.pad(Canvas.PixelFunction.NONE, zoom, before, after);
                int rows = before + zoom * height + after;
                int columns = before + zoom * width + after;
                for (int y = 0; y < rows; y++) {
                    for (int x = 0; x < columns; x++) {
                        int fromY = Math.floorDiv(y - before, zoom);
                        int fromX = Math.floorDiv(x - before, zoom);
                        boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                        for (int c = 0; c < channels; c++) {
                            float wanted = inside ? image[(c * height + fromY) * width + fromX] : 0f;
                            float found = padded.buffer().get((y * columns + x) * channels + c);
                            if (wanted != found) {
                                assertEquals(wanted, found, "at " + y + "," + x + "," + c);
                            }
                        }
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @CsvSource({"13,9,4,6,1", "8,6,3,2,2", "1,1,2,2,1"})
    void convolvesInStrips(int height, int width, int inputs, int outputs, int stride) {
        FakeWeights weights = new FakeWeights();
        float[] w = weights.random("c.weight", outputs, inputs, 3, 3);
        float[] bias = weights.random("c.bias", outputs);
        float[] image = random(inputs * height * width);
        int before = stride == 1 ? 1 : 0;
        int outHeight = height / stride;
        int outWidth = width / stride;
        float[] result = new float[outputs * outHeight * outWidth];
        WORKERS.exclusively(() -> {
            try (NativeMemory memory = new NativeMemory();
                    Canvas canvas = new Canvas(WORKERS)) {
                Convolution convolution = Convolution.load(weights, "c", inputs, outputs, memory, WORKERS);
                canvas.load(image, 0, height, width, inputs);
                Floats padded = canvas.pad(Canvas.PixelFunction.NONE, 1, before, 1);
                Floats output = canvas.next((long) outHeight * outWidth * outputs);
                convolution.run(WORKERS, padded, before + width + 1, stride, outHeight, outWidth, output);
                canvas.advance(outHeight, outWidth, outputs);
                canvas.store(result, 0, Float.MAX_VALUE);
            }
        });
        for (int o = 0; o < outputs; o++) {
            for (int y = 0; y < outHeight; y++) {
                for (int x = 0; x < outWidth; x++) {
                    double sum = bias[o];
                    for (int i = 0; i < inputs; i++) {
                        for (int tap = 0; tap < 9; tap++) {
                            int fromY = y * stride - before + tap / 3;
                            int fromX = x * stride - before + tap % 3;
                            if (fromY >= 0 && fromY < height && fromX >= 0 && fromX < width) {
                                sum += (double) image[(i * height + fromY) * width + fromX]
                                        * w[(o * inputs + i) * 9 + tap];
                            }
                        }
                    }
                    assertEquals(sum, result[(o * outHeight + y) * outWidth + x], 1e-4);
                }
            }
        }
    }

    @Test
    void groupNormHasTheGroupsMeanAndVariance() {
        int channels = 64;
        int height = 9;
        int width = 7;
        FakeWeights weights = new FakeWeights();
        float[] weight = weights.random("n.weight", channels);
        float[] bias = weights.random("n.bias", channels);
        float[] image = random(channels * height * width);
        for (int i = 0; i < image.length; i++) {
            image[i] = image[i] * 0.1f + 30;
        }
        int area = height * width;
        WORKERS.exclusively(() -> {
            try (Canvas canvas = new Canvas(WORKERS)) {
                canvas.load(image, 0, height, width, channels);
                GroupNorm norm = GroupNorm.load(weights, "n", channels);
                Floats result = canvas.pad(norm.of(canvas), 1, 0, 0);
                for (int group = 0; group < 32; group++) {
                    int first = group * 2 * area;
                    double mean = 0;
                    double variance = 0;
                    for (int i = 0; i < 2 * area; i++) {
                        mean += image[first + i] / (2.0 * area);
                    }
                    for (int i = 0; i < 2 * area; i++) {
                        variance += Math.pow(image[first + i] - mean, 2) / (2.0 * area);
                    }
                    for (int i = 0; i < 2 * area; i++) {
                        int c = 2 * group + i / area;
                        double normal = (image[first + i] - mean) / Math.sqrt(variance + 1e-6);
                        float found = result.buffer().get(i % area * channels + c);
                        assertEquals(normal * weight[c] + bias[c], found, 2e-4, "channel " + c);
                    }
                }
            }
        });
    }

    private static float[] random(int count) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
