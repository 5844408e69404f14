package org.nextscale.evaluation.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class InceptionScoreTest {
    private static final int CLASSES = 5;

    @Test
    void agreesWithTheFormulaChunkByChunk() {
        float[][] set = probabilities(250, 1);
        double wanted = (formula(set, 0, 100) + formula(set, 100, 200) + formula(set, 200, 250)) / 3;
        assertEquals(wanted, score(set, 250, 100, OptionalLong.empty()), 1e-12 * wanted);
    }

    @Test
    void isOneForEqualImagesAndTheNumberOfClassesForSureAndEvenOnes() {
        float[][] equal = new float[50][];
        Arrays.fill(equal, new float[] {0.5f, 0.25f, 0.25f, 0, 0});
        assertEquals(1, score(equal, 50, 5000, OptionalLong.empty()), 1e-12);
        float[][] even = new float[50][CLASSES];
        for (int i = 0; i < even.length; i++) {
            even[i][i % CLASSES] = 1;
        }
        assertEquals(CLASSES, score(even, 50, 5000, OptionalLong.empty()), 1e-12);
    }

    /** Class by class, each chunk sees one class; shuffled, it sees all. */
    @Test
    void shufflesImagesThatComeClassByClass() {
        float[][] sorted = new float[100][CLASSES];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i][i / 20] = 1;
        }
        assertEquals(1, score(sorted, 100, 20, OptionalLong.empty()), 1e-12);
        double shuffled = score(sorted, 100, 20, OptionalLong.of(3));
        assertTrue(shuffled > 3.5, () -> "" + shuffled);
        assertEquals(shuffled, score(sorted, 100, 20, OptionalLong.of(3)));
        assertNotEquals(shuffled, score(sorted, 100, 20, OptionalLong.of(4)));
        assertEquals(score(sorted, 100, 100, OptionalLong.empty()), score(sorted, 100, 100, OptionalLong.of(4)), 1e-12);
    }

    @Test
    void takesFewerImagesThanWereAnnounced() {
        float[][] set = probabilities(70, 2);
        assertEquals(formula(set, 0, 70), score(set, 200, 100, OptionalLong.empty()), 1e-12);
        assertThrows(InvalidInputException.class, () -> new InceptionScore(0, 1, 1, OptionalLong.empty()));
    }

    private static double score(float[][] set, int most, int chunk, OptionalLong seed) {
        InceptionScore score = new InceptionScore(CLASSES, most, chunk, seed);
        for (float[] row : set) {
            score.add(row, 0);
        }
        return score.score();
    }

    private static float[][] probabilities(int rows, long seed) {
        Random random = new Random(seed);
        float[][] set = new float[rows][CLASSES];
        for (float[] row : set) {
            double sum = 0;
            for (int c = 0; c < CLASSES; c++) {
                row[c] = (float) Math.exp(2 * random.nextGaussian());
                sum += row[c];
            }
            for (int c = 0; c < CLASSES; c++) {
                row[c] /= (float) sum;
            }
        }
        return set;
    }

    private static double formula(float[][] set, int from, int to) {
        double[] mean = new double[CLASSES];
        for (int i = from; i < to; i++) {
            for (int c = 0; c < CLASSES; c++) {
                mean[c] += set[i][c] / (double) (to - from);
            }
        }
        double divergence = 0;
        for (int i = from; i < to; i++) {
            for (int c = 0; c < CLASSES; c++) {
                divergence += set[i][c] * (Math.log(set[i][c]) - Math.log(mean[c]));
            }
        }
        return Math.exp(divergence / (to - from));
    }
}
