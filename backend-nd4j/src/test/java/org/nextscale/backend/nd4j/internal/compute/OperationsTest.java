package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.backend.support.DescribedMachine;

/** ND4J's operations as they are called here, against sums in double. Outputs hold NaN before, which must all go. */
class OperationsTest {
    private final Random random = new Random(17);

    @ParameterizedTest
    @CsvSource({
        "1,1,1",
        "1,64,7",
        "2,64,48",
        "2,64,32",
        "3,5,2",
        "9,64,14",
        "8,64,96",
        "64,64,48",
        "128,96,17",
        "33,200,65",
        "4,256,1",
        "257,16,31"
    })
    void multipliesMatrices(int rows, int inner, int columns) {
        for (int gap : new int[] {0, 16, 48, 5}) {
            for (boolean transposed : new boolean[] {false, true}) {
                check(rows, inner, columns, gap, transposed);
            }
        }
    }

    private void check(int rows, int inner, int columns, int gap, boolean transposed) {
        try (NativeMemory memory = new NativeMemory();
                Operations operations =
                        new Operations(NativeLibrary.load(NativeBuilds.of(DescribedMachine.current())))) {
            operations.singleThreaded();
            Floats a = random(memory, rows * inner);
            Floats b = random(memory, inner * columns);
            Floats out = memory.allocate((long) rows * (columns + gap));
            fill(out, Float.NaN);
            Matrix left = Matrix.dense(a, 0, rows, inner);
            Matrix result = new Matrix(out, 0, rows, columns, columns + gap);
            if (transposed) {
                operations.multiplyTransposed(left, Matrix.dense(b, 0, columns, inner), result);
            } else {
                operations.multiply(left, Matrix.dense(b, 0, inner, columns), result);
            }
            FloatBuffer x = a.buffer();
            FloatBuffer w = b.buffer();
            FloatBuffer y = out.buffer();
            for (int r = 0; r < rows; r++) {
                for (int c = 0; c < columns + gap; c++) {
                    float found = y.get(r * (columns + gap) + c);
                    if (c >= columns) {
                        assertTrue(Float.isNaN(found) || r == rows - 1, "written between rows");
                        continue;
                    }
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        sum += (double) x.get(r * inner + k) * w.get(transposed ? c * inner + k : k * columns + c);
                    }
                    String where = rows + "x" + inner + "x" + columns + " gap " + gap + " transposed " + transposed
                            + " at " + r + "," + c;
                    assertEquals(sum, found, 1e-5 * Math.sqrt(inner) + 1e-5, where);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"5,6,3,8,1", "4,4,32,32,1", "9,9,16,16,2", "18,18,8,3,1", "3,3,1,1,1"})
    void convolvesChannelsLast(int height, int width, int channels, int outputs, int stride) {
        try (NativeMemory memory = new NativeMemory();
                Operations operations =
                        new Operations(NativeLibrary.load(NativeBuilds.of(DescribedMachine.current())))) {
            operations.singleThreaded();
            Floats input = random(memory, height * width * channels);
            Floats weights = random(memory, outputs * 9 * channels);
            Floats bias = random(memory, outputs);
            int outHeight = (height - 3) / stride + 1;
            int outWidth = (width - 3) / stride + 1;
            Floats output = memory.allocate((long) outHeight * outWidth * outputs);
            fill(output, Float.NaN);
            operations.convolve(input, 0, height, width, channels, weights, bias, 3, stride, output, 0);
            FloatBuffer x = input.buffer();
            FloatBuffer w = weights.buffer();
            for (int y0 = 0; y0 < outHeight; y0++) {
                for (int x0 = 0; x0 < outWidth; x0++) {
                    for (int o = 0; o < outputs; o++) {
                        double sum = bias.buffer().get(o);
                        for (int i = 0; i < 9 * channels; i++) {
                            int tap = i / channels;
                            int from = (y0 * stride + tap / 3) * width + x0 * stride + tap % 3;
                            sum += (double) x.get(from * channels + i % channels) * w.get(o * 9 * channels + i);
                        }
                        assertEquals(
                                sum,
                                output.buffer().get((y0 * outWidth + x0) * outputs + o),
                                1e-4,
                                "at " + y0 + "," + x0);
                    }
                }
            }
        }
    }

    @Test
    void refusesShapesThatDoNotAgree() {
        try (NativeMemory memory = new NativeMemory();
                Operations operations =
                        new Operations(NativeLibrary.load(NativeBuilds.of(DescribedMachine.current())))) {
            Floats floats = memory.allocate(12);
            Matrix matrix = Matrix.dense(floats, 0, 3, 4);
            assertThrows(IllegalArgumentException.class, () -> operations.multiply(matrix, matrix, matrix));
            Matrix outside = Matrix.dense(floats, 1, 3, 4);
            Matrix square = Matrix.dense(memory.allocate(9), 0, 3, 3);
            assertThrows(IndexOutOfBoundsException.class, () -> operations.multiplyTransposed(matrix, outside, square));
        }
    }

    private Floats random(NativeMemory memory, int count) {
        Floats floats = memory.allocate(count);
        FloatBuffer buffer = floats.buffer();
        for (int i = 0; i < count; i++) {
            buffer.put(i, (float) random.nextGaussian());
        }
        return floats;
    }

    private static void fill(Floats floats, float value) {
        FloatBuffer buffer = floats.buffer();
        for (int i = 0; i < buffer.limit(); i++) {
            buffer.put(i, value);
        }
    }
}
