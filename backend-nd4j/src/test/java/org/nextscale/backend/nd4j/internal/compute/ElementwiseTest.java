package org.nextscale.backend.nd4j.internal.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nextscale.backend.support.DescribedMachine;

/** The loops that are Java, against the same formulas in double. */
class ElementwiseTest {
    private static final Worker WORKER = new Worker(NativeLibrary.load(NativeBuilds.of(DescribedMachine.current())));

    @AfterAll
    static void close() {
        WORKER.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, 64, 1023, 1024, 1025, 5000})
    void exponentialIsAccurateAtAnyLength(int count) {
        float[] x = random(count + 3, 12);
        float[] y = x.clone();
        new Exponential().apply(y, count, 1.5f, -0.25f);
        for (int i = 0; i < count; i++) {
            double wanted = Math.exp(x[i] * 1.5f - 0.25f);
            assertEquals(1, y[i] / wanted, 3e-6, "exp of " + x[i]);
        }
        for (int i = count; i < x.length; i++) {
            assertEquals(x[i], y[i], "beyond the count");
        }
    }

    @Test
    void exponentialOfWholeNumbersIsExactToRounding() {
        float[] x = new float[175];
        for (int i = 0; i < x.length; i++) {
            x[i] = i - 87;
        }
        float[] y = x.clone();
        new Exponential().apply(y, y.length, 1f, 0f);
        for (int i = 0; i < x.length; i++) {
            assertEquals(1, y[i] / Math.exp(x[i]), 1.2e-7, "exp of " + x[i]);
        }
    }

    @Test
    void exponentialStopsWhereFloatsEnd() {
        float[] x = {-1000f, Float.NEGATIVE_INFINITY, 1000f, Float.POSITIVE_INFINITY, 0f};
        new Exponential().apply(x, x.length, 1f, 0f);
        assertTrue(x[0] >= 0 && x[0] < 1e-37 && x[1] == x[0], "small");
        assertTrue(x[2] > 1e37 && x[2] < Float.POSITIVE_INFINITY && x[3] == x[2], "large");
        assertEquals(1f, x[4]);
    }

    @Test
    void exponentialPassesNotANumberOn() {
        float[] x = {Float.NaN};
        new Exponential().apply(x, 1, 1f, 0f);
        assertTrue(Float.isNaN(x[0]));
    }

    @Test
    void siluAndGeluFollowTheirFormulas() {
        check(x -> x / (1 + Math.exp(-x)), x -> Activations.silu(WORKER, x, x.length));
        check(
                x -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x))),
                x -> Activations.gelu(WORKER, x, x.length));
    }

    private interface InPlace {
        void apply(float[] x);
    }

    private static void check(DoubleUnaryOperator formula, InPlace function) {
        float[] x = random(3001, 4);
        x[0] = 0;
        x[1] = -60;
        x[2] = 60;
        x[3] = -1e4f;
        float[] y = x.clone();
        function.apply(y);
        for (int i = 0; i < x.length; i++) {
            assertEquals(formula.applyAsDouble(x[i]), y[i], 1e-6 + 1e-6 * Math.abs(x[i]), "of " + x[i]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 64, 680, 2240})
    void softmaxSumsToOneAndKeepsRatios(int count) {
        float[] x = random(count, 20);
        float[] y = x.clone();
        Activations.softmax(WORKER, y, count, 0.5f);
        double sum = 0;
        for (float v : x) {
            sum += Math.exp(0.5 * v);
        }
        for (int i = 0; i < count; i++) {
            assertEquals(Math.exp(0.5 * x[i]) / sum, y[i], 2e-6);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 17, 1024})
    void reductionsAreThoseOfTheElements(int count) {
        float[] x = random(count + 2, 3);
        double sum = 0;
        double squares = 0;
        for (int i = 1; i <= count; i++) {
            sum += x[i];
            squares += (x[i] - 0.5) * (x[i] - 0.5);
        }
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) {
            max = Math.max(max, x[i]);
        }
        assertEquals(sum, Reductions.sum(x, 1, count), 1e-4);
        assertEquals(squares, Reductions.squares(x, 1, count, 0.5f), 1e-6 * squares + 1e-6);
        assertEquals(max, Reductions.max(x, count));
    }

    @Test
    void layerNormScalesAndShifts() {
        int width = 100;
        float[] x = random(3 * width, 2);
        for (int i = 0; i < x.length; i++) {
            x[i] += 50;
        }
        float[] modulation = random(4 * width, 1);
        float[] out = new float[width];
        LayerNorm.modulate(x, width, width, 1e-6, modulation, 2 * width, 3 * width, out);
        double mean = 0;
        double variance = 0;
        for (int i = 0; i < width; i++) {
            mean += x[width + i] / (double) width;
        }
        for (int i = 0; i < width; i++) {
            variance += Math.pow(x[width + i] - mean, 2) / width;
        }
        for (int i = 0; i < width; i++) {
            double normal = (x[width + i] - mean) / Math.sqrt(variance + 1e-6);
            assertEquals(normal * (1 + modulation[2 * width + i]) + modulation[3 * width + i], out[i], 2e-5);
        }
    }

    private static float[] random(int count, double spread) {
        Random random = new Random(count);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (random.nextGaussian() * spread);
        }
        return values;
    }
}
