package org.nextscale.evaluation.internal;

import java.util.Arrays;

/**
 * Squared Euclidean distances from a few points to many, as |a|² + |b|² − 2ab: a matrix product instead of a loop over pairs.
 * In float64 that costs no more digits than a distance has; equal points are at a distance of exactly 0.
 */
public final class SquaredDistances {
    private static final int COLUMNS = 256;

    private final Products.View points;
    private final int rows;
    private final int features;
    private final double[] norms;

    /** Where the many points come from. */
    @FunctionalInterface
    public interface Rows {
        void copy(int row, double[] target, int into);
    }

    /** What is done with a distance. The result is of no meaning; it lets a lambda be an expression. */
    @FunctionalInterface
    public interface Sink {
        boolean accept(int row, int other, double distance);
    }

    /** @param points {@code [rows, features]} */
    public SquaredDistances(double[] points, int rows, int features) {
        this.points = Products.View.rows(points, features);
        this.rows = rows;
        this.features = features;
        norms = new double[rows];
        for (int i = 0; i < rows; i++) {
            norms[i] = norm(points, i * features);
        }
    }

    /** Hands every pair to {@code sink}. */
    public void to(int count, Rows others, Sink sink) {
        double[] row = new double[features];
        double[] transposed = new double[features * COLUMNS];
        double[] products = new double[rows * COLUMNS];
        double[] otherNorms = new double[COLUMNS];
        for (int first = 0; first < count; first += COLUMNS) {
            int columns = Math.min(COLUMNS, count - first);
            for (int j = 0; j < columns; j++) {
                others.copy(first + j, row, 0);
                for (int k = 0; k < features; k++) {
                    transposed[k * COLUMNS + j] = row[k];
                }
                otherNorms[j] = norm(row, 0);
            }
            Arrays.fill(products, 0);
            Products.add(
                    points,
                    new Products.View(transposed, 0, COLUMNS, 1),
                    new Products.View(products, 0, COLUMNS, 1),
                    rows,
                    features,
                    columns);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double distance = norms[i] + otherNorms[j] - 2 * products[i * COLUMNS + j];
                    sink.accept(i, first + j, Math.max(0, distance));
                }
            }
        }
    }

    /** Summed in the order of the products, so that a point's distance to itself vanishes. */
    private double norm(double[] values, int offset) {
        double[] sum = new double[1];
        Products.View row = new Products.View(values, offset, features, 1);
        Products.add(row, row.transposed(), Products.View.rows(sum, 1), 1, features, 1);
        return sum[0];
    }
}
