package org.nextscale.evaluation.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class FrechetDistanceTest {

    /** Independent features: the sum of (μ₁ − μ₂)² + (σ₁ − σ₂)². */
    @Test
    void isTheSumOverIndependentFeatures() {
        FeatureMoments first = diagonal(new double[] {0, 1, 5}, 4, 9, 0);
        FeatureMoments second = diagonal(new double[] {2, 1, 5}, 1, 16, 25);
        assertEquals(4 + 1 + 1 + 25, FrechetDistance.between(first, second), 1e-12);
        assertEquals(4 + 1 + 1 + 25, FrechetDistance.between(second, first), 1e-12);
    }

    private static FeatureMoments diagonal(double[] mean, double... variances) {
        double[] covariance = new double[9];
        for (int i = 0; i < 3; i++) {
            covariance[4 * i] = variances[i];
        }
        return new FeatureMoments(mean, covariance);
    }

    @Test
    void agreesWithAnIterationForTheRootOfTheProduct() {
        FeatureMoments first = Sets.moments(Sets.gaussian(500, 12, 0, 3));
        FeatureMoments second = Sets.moments(Sets.gaussian(400, 12, 0.5, 4));
        double wanted = 0;
        for (int i = 0; i < 12; i++) {
            wanted += Math.pow(first.mean()[i] - second.mean()[i], 2);
        }
        double[][] root = root(times(square(first.covariance()), square(second.covariance())));
        for (int i = 0; i < 12; i++) {
            wanted += first.covariance()[13 * i] + second.covariance()[13 * i] - 2 * root[i][i];
        }
        assertEquals(wanted, FrechetDistance.between(first, second), 1e-9 * wanted);
    }

    @Test
    void isSymmetricWhereASetHasFewerImagesThanFeatures() {
        FeatureMoments few = Sets.moments(Sets.gaussian(20, 40, 0, 5));
        FeatureMoments many = Sets.moments(Sets.gaussian(300, 40, 0, 6));
        double distance = FrechetDistance.between(few, many);
        assertEquals(distance, FrechetDistance.between(many, few), 1e-5 * distance);
    }

    @Test
    void vanishesBetweenEqualSets() {
        FeatureMoments full = Sets.moments(Sets.gaussian(300, 40, 7, 7));
        assertEquals(0, FrechetDistance.between(full, full), 1e-9 * full.trace());
        FeatureMoments few = Sets.moments(Sets.gaussian(15, 40, 7, 8));
        assertEquals(0, FrechetDistance.between(few, few), 1e-9 * few.trace());
    }

    /** A general matrix root is not finite there. */
    @Test
    void takesFeaturesThatNeverVary() {
        float[][] first = Sets.gaussian(100, 6, 0, 9);
        float[][] second = Sets.gaussian(100, 6, 1, 10);
        float[][] widerFirst =
                Arrays.stream(first).map(row -> Arrays.copyOf(row, 9)).toArray(float[][]::new);
        float[][] widerSecond =
                Arrays.stream(second).map(row -> Arrays.copyOf(row, 9)).toArray(float[][]::new);
        assertEquals(
                FrechetDistance.between(Sets.moments(first), Sets.moments(second)),
                FrechetDistance.between(Sets.moments(widerFirst), Sets.moments(widerSecond)),
                1e-9);
        FeatureMoments nothing = new FeatureMoments(new double[2], new double[4]);
        assertEquals(0, FrechetDistance.between(nothing, nothing));
    }

    @Test
    void refusesSetsOfDifferentNetworks() {
        FeatureMoments two = new FeatureMoments(new double[2], new double[4]);
        FeatureMoments three = new FeatureMoments(new double[3], new double[9]);
        assertThrows(InvalidInputException.class, () -> FrechetDistance.between(two, three));
    }

    /** Rounding must not print as -0.0000. */
    @Test
    void isNeverNegative() {
        for (int seed = 0; seed < 20; seed++) {
            FeatureMoments some = Sets.moments(Sets.gaussian(12, 30, 1000, seed));
            assertTrue(FrechetDistance.between(some, some) >= 0);
        }
    }

    @Test
    void whatGivesNoDistanceIsRefused() {
        FeatureMoments one = new FeatureMoments(new double[2], new double[] {1, 0, 0, 1});
        FeatureMoments indefinite = new FeatureMoments(new double[2], new double[] {-5, 0, 0, 1});
        assertThrows(InvalidInputException.class, () -> FrechetDistance.between(one, indefinite));
        FeatureMoments vast = new FeatureMoments(new double[2], new double[] {1e76, 0, 0, 1e76});
        FeatureMoments minute = new FeatureMoments(new double[2], new double[] {1e-300, 0, 0, 1e-300});
        assertTrue(Double.isFinite(FrechetDistance.between(vast, minute)));
        assertEquals(0, FrechetDistance.between(vast, vast), 1e-9 * 1e76);
    }

    private static double[][] square(double[] values) {
        double[][] matrix = new double[12][];
        Arrays.setAll(matrix, i -> Arrays.copyOfRange(values, 12 * i, 12 * i + 12));
        return matrix;
    }

    private static double[][] times(double[][] a, double[][] b) {
        int n = a.length;
        double[][] c = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < n; k++) {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        return c;
    }

    /** Denman and Beavers: Y ← (Y + Z⁻¹) / 2, Z ← (Z + Y⁻¹) / 2. */
    private static double[][] root(double[][] matrix) {
        int n = matrix.length;
        double[][] y = matrix;
        double[][] z = new double[n][n];
        for (int i = 0; i < n; i++) {
            z[i][i] = 1;
        }
        for (int step = 0; step < 40; step++) {
            double[][] next = mean(y, inverse(z));
            z = mean(z, inverse(y));
            y = next;
        }
        return y;
    }

    private static double[][] mean(double[][] a, double[][] b) {
        double[][] c = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                c[i][j] = (a[i][j] + b[i][j]) / 2;
            }
        }
        return c;
    }

    /** Gauss and Jordan, with pivots. */
    private static double[][] inverse(double[][] matrix) {
        int n = matrix.length;
        double[][] work = new double[n][];
        for (int i = 0; i < n; i++) {
            work[i] = Arrays.copyOf(matrix[i], 2 * n);
            work[i][n + i] = 1;
        }
        for (int column = 0; column < n; column++) {
            int pivot = column;
            for (int i = column; i < n; i++) {
                pivot = Math.abs(work[i][column]) > Math.abs(work[pivot][column]) ? i : pivot;
            }
            double[] row = work[pivot];
            work[pivot] = work[column];
            work[column] = row;
            for (int i = 0; i < n; i++) {
                double factor = i == column ? 1 - 1 / row[column] : work[i][column] / row[column];
                for (int j = 0; j < 2 * n; j++) {
                    work[i][j] -= factor * row[j];
                }
            }
        }
        double[][] inverse = new double[n][];
        Arrays.setAll(inverse, i -> Arrays.copyOfRange(work[i], n, 2 * n));
        return inverse;
    }
}
