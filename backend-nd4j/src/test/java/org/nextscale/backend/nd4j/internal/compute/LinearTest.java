package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.FloatBuffer;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nextscale.backend.support.DescribedMachine;
import org.nextscale.testkit.fake.FakeWeights;

/** Panels, row blocks and epilogues, against sums in double. */
class LinearTest {

    @ParameterizedTest
    @CsvSource({"1,1,8,5", "2,3,40,33", "3,9,64,96", "4,2100,16,17", "7,33,300,700"})
    void multipliesByTheTransposedWeight(int threads, int rows, int inputs, int outputs) {
        int firstRow = 2;
        FakeWeights weights = new FakeWeights();
        float[] stored = weights.random("w", outputs + firstRow + 1, inputs);
        float[] bias = weights.random("b", outputs);
        try (NativeMemory memory = new NativeMemory();
                Workers workers =
                        new Workers(NativeLibrary.load(NativeBuilds.of(DescribedMachine.current())), threads)) {
            Floats x = memory.allocate((long) rows * inputs);
            Floats y = memory.allocate((long) rows * outputs);
            FloatBuffer input = x.buffer();
            Random random = new Random(rows);
            for (int i = 0; i < input.limit(); i++) {
                input.put(i, (float) random.nextGaussian());
            }
            int[] seen = new int[rows * outputs];
            workers.exclusively(() -> {
                Linear linear = Linear.load(weights, "w", firstRow, inputs, outputs, bias, memory, workers);
                linear.apply(workers, x, rows, y, (worker, values, row, column, count) -> {
                    for (int i = 0; i < count; i++) {
                        values[i] += 1;
                        seen[row * outputs + column + i]++;
                    }
                    return true;
                });
            });
            for (int row = 0; row < rows; row++) {
                for (int out = 0; out < outputs; out += rows > 1000 ? 7 : 1) {
                    double sum = bias[out] + 1;
                    for (int k = 0; k < inputs; k++) {
                        sum += (double) input.get(row * inputs + k) * stored[(firstRow + out) * inputs + k];
                    }
                    assertEquals(sum, y.buffer().get(row * outputs + out), 1e-4, "at " + row + "," + out);
                    assertTrue(seen[row * outputs + out] == 1, "the epilogue sees every element once");
                }
            }
        }
    }
}
