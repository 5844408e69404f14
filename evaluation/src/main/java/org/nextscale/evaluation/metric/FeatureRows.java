package org.nextscale.evaluation.metric;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Features of many images, kept as float32. Grows without copying. Not thread-safe while it grows. */
public final class FeatureRows {
    private static final int ROWS_A_PART = 1024;

    private final int features;
    private final List<float[]> parts = new ArrayList<>();
    private int rows;

    public FeatureRows(int features) {
        this.features = features;
    }

    /**
     * Adds one image.
     *
     * @param row of which as many values as there are features are read from {@code from} on
     */
    public void add(float[] row, int from) {
        if (rows == parts.size() * ROWS_A_PART) {
            parts.add(new float[Math.multiplyExact(ROWS_A_PART, features)]);
        }
        System.arraycopy(row, from, parts.get(parts.size() - 1), rows % ROWS_A_PART * features, features);
        rows++;
    }

    /** Puts another image in the place of one. */
    public void replace(int place, float[] row, int from) {
        System.arraycopy(row, from, parts.get(place / ROWS_A_PART), place % ROWS_A_PART * features, features);
    }

    /** How many images there are. */
    public int rows() {
        return rows;
    }

    public int features() {
        return features;
    }

    /** One row, as a copy. */
    public float[] row(int row) {
        int from = row % ROWS_A_PART * features;
        return Arrays.copyOfRange(parts.get(row / ROWS_A_PART), from, from + features);
    }

    /** Copies a row, as float64. */
    void copyRow(int row, double[] target, int into) {
        float[] part = parts.get(row / ROWS_A_PART);
        int from = row % ROWS_A_PART * features;
        for (int i = 0; i < features; i++) {
            target[into + i] = part[from + i];
        }
    }
}
