package org.nextscale.evaluation.metric;

import java.util.Random;

/** Features made up for tests. */
public final class Sets {
    private Sets() {}

    /** Rows of correlated Gaussian numbers around a mean. */
    public static float[][] gaussian(int rows, int width, double mean, long seed) {
        Random random = new Random(seed);
        float[][] set = new float[rows][width];
        for (float[] row : set) {
            double common = random.nextGaussian();
            for (int i = 0; i < width; i++) {
                row[i] = (float) (mean + common * (i % 3) + random.nextGaussian() * (1 + i % 5));
            }
        }
        return set;
    }

    static FeatureRows rows(float[][] set) {
        FeatureRows rows = new FeatureRows(set[0].length);
        for (float[] row : set) {
            rows.add(row, 0);
        }
        return rows;
    }

    public static FeatureMoments moments(float[][] set) {
        MomentsCollector collector = new MomentsCollector(set[0].length);
        for (float[] row : set) {
            collector.add(row, 0);
        }
        return collector.moments();
    }
}
