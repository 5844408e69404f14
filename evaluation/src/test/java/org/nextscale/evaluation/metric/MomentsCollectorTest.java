package org.nextscale.evaluation.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.nextscale.api.InvalidInputException;

class MomentsCollectorTest {

    /** 700 rows are two blocks and a part of one; 300 features are several tiles. The mean is large beside the spread. */
    @Test
    void agreesWithTwoPassesOverTheFeatures() {
        float[][] set = Sets.gaussian(700, 300, 1e4, 1);
        FeatureMoments found = Sets.moments(set);
        double[] mean = new double[300];
        for (float[] row : set) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += row[i] / 700.0;
            }
        }
        for (int i = 0; i < mean.length; i++) {
            assertEquals(mean[i], found.mean()[i], 1e-12 * 1e4);
            for (int j = 0; j < mean.length; j += 7) {
                double sum = 0;
                for (float[] row : set) {
                    sum += (row[i] - mean[i]) * (row[j] - mean[j]);
                }
                assertEquals(sum / 699, found.covariance()[i * 300 + j], 1e-10);
                assertEquals(found.covariance()[j * 300 + i], found.covariance()[i * 300 + j]);
            }
        }
    }

    @Test
    void canBeAskedOnTheWay() {
        float[][] set = Sets.gaussian(20, 4, 0, 2);
        MomentsCollector collector = new MomentsCollector(4);
        for (int i = 0; i < 20; i++) {
            collector.add(set[i], 0);
            if (i == 9) {
                collector.moments();
            }
        }
        assertEquals(Sets.moments(set).covariance()[5], collector.moments().covariance()[5], 1e-12);
    }

    @Test
    void needsTwoImagesAndFiniteFeatures() {
        MomentsCollector collector = new MomentsCollector(2);
        collector.add(new float[] {1, 2}, 0);
        assertThrows(InvalidInputException.class, collector::moments);
        collector.add(new float[] {1, Float.NaN}, 0);
        assertThrows(InvalidInputException.class, collector::moments);
    }
}
