package org.nextscale.evaluation.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.progress.CancellationToken;

class PrecisionRecallTest {

    /** 300 and 270 rows are several blocks and a part of one. */
    @Test
    void agreesWithALoopOverAllPairs() {
        float[][] real = Sets.gaussian(300, 7, 0, 1);
        float[][] generated = Sets.gaussian(270, 7, 1.5, 2);
        for (int k : new int[] {1, 3, 5}) {
            PrecisionRecall found = of(real, generated, k);
            assertEquals(covered(generated, real, k), found.precision());
            assertEquals(covered(real, generated, k), found.recall());
            assertTrue(found.precision() > 0 && found.precision() < 1, found::toString);
        }
    }

    @Test
    void equalSetsCoverEachOtherAlsoWherePointsCoincide() {
        float[][] set = Sets.gaussian(40, 2048, 100, 3);
        assertEquals(new PrecisionRecall(1, 1), of(set, set, 3));
        float[][] copies = new float[40][];
        Arrays.setAll(copies, i -> set[i / 8]);
        // Every radius is 0: only exact copies are inside.
        assertEquals(new PrecisionRecall(1, 1), of(copies, copies, 3));
        float[][] moved = Arrays.stream(copies).map(float[]::clone).toArray(float[][]::new);
        moved[0][0] += 0.01f;
        assertEquals(1 - 1 / 40.0, of(copies, moved, 3).precision(), 1e-12);
    }

    @Test
    void distantSetsCoverNothing() {
        float[][] near = Sets.gaussian(20, 4, 0, 4);
        float[][] far = Sets.gaussian(20, 4, 1000, 5);
        assertEquals(new PrecisionRecall(0, 0), of(near, far, 3));
    }

    @Test
    void saysWhatItNeeds() {
        float[][] three = Sets.gaussian(3, 4, 0, 6);
        float[][] many = Sets.gaussian(30, 4, 0, 6);
        assertThrows(InvalidInputException.class, () -> of(three, many, 3));
        assertThrows(InvalidInputException.class, () -> of(many, Sets.gaussian(30, 5, 0, 6), 3));
        CancellationToken cancelled = new CancellationToken();
        cancelled.cancel();
        assertThrows(
                CancellationException.class, () -> PrecisionRecall.of(Sets.rows(many), Sets.rows(many), 3, cancelled));
    }

    private static PrecisionRecall of(float[][] real, float[][] generated, int k) {
        return PrecisionRecall.of(Sets.rows(real), Sets.rows(generated), k, new CancellationToken());
    }

    private static double covered(float[][] points, float[][] set, int k) {
        int inside = 0;
        for (float[] point : points) {
            boolean covered = false;
            for (int i = 0; i < set.length && !covered; i++) {
                float[] centre = set[i];
                double[] distances = Arrays.stream(set)
                        .mapToDouble(other -> distance(centre, other))
                        .sorted()
                        .toArray();
                covered = distance(centre, point) <= distances[k];
            }
            inside += covered ? 1 : 0;
        }
        return (double) inside / points.length;
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow((double) a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }
}
