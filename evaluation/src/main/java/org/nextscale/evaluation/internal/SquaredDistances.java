package org.nextscale.evaluation.internal;

import java.util.stream.IntStream;

/**
 * Squared Euclidean distances between all points of two sets, tile by tile, as |a|² + |b|² − 2ab: a matrix product instead of
 * a loop over pairs. In float64 that costs no more digits than a distance has; equal points are at a distance of exactly 0.
 * Uses all processors.
 */
public final class SquaredDistances {
    private static final int ROWS = 32;
    private static final int COLUMNS = 512;
    private static final int DEPTH = 256;

    private final Points points;
    private final Points others;
    private final double[] norms;
    private final double[] otherNorms;
    private final int features;

    /** A set of points. */
    public interface Points {
        int rows();

        int features();

        /** Copies a point, as float64. Called by several threads. */
        void copyRow(int row, double[] target, int into);
    }

    /**
     * Distances between some points and some others.
     *
     * @param firstRow the first of the {@code points}
     * @param firstColumn the first of the {@code others}
     * @param squares {@code [rows, columns]}
     */
    public record Tile(int firstRow, int firstColumn, double[][] squares) {
        public int rows() {
            return squares.length;
        }

        public int columns() {
            return squares[0].length;
        }

        public double at(int row, int column) {
            return squares[row][column];
        }
    }

    /** Takes tiles, from several threads. */
    @FunctionalInterface
    public interface Sink {
        void accept(Tile tile);
    }

    /** Between the points of one set. */
    public static SquaredDistances within(Points points) {
        return new SquaredDistances(points, points);
    }

    /** Between the points of two sets. */
    public SquaredDistances(Points points, Points others) {
        this.points = points;
        this.others = others;
        features = points.features();
        norms = norms(points);
        otherNorms = points == others ? norms : norms(others);
    }

    /** All pairs. */
    public void all(Sink sink) {
        each(false, sink);
    }

    /** Of one set with itself, tiles that hold all pairs of a point and a later one, and some more. */
    public void upperTriangle(Sink sink) {
        each(true, sink);
    }

    private void each(boolean upperOnly, Sink sink) {
        double[][] transposed = new double[features][COLUMNS];
        for (int first = 0; first < others.rows(); first += COLUMNS) {
            int columns = Math.min(COLUMNS, others.rows() - first);
            transpose(first, columns, transposed);
            int end = upperOnly ? Math.min(points.rows(), first + columns) : points.rows();
            int column = first;
            IntStream.range(0, (end + ROWS - 1) / ROWS)
                    .parallel()
                    .forEach(block -> sink.accept(tile(block * ROWS, column, columns, transposed)));
        }
    }

    private void transpose(int first, int columns, double[][] transposed) {
        int strips = (columns + ROWS - 1) / ROWS;
        IntStream.range(0, strips).parallel().forEach(strip -> {
            double[] row = new double[features];
            for (int j = strip * ROWS; j < Math.min(columns, strip * ROWS + ROWS); j++) {
                others.copyRow(first + j, row, 0);
                for (int k = 0; k < features; k++) {
                    transposed[k][j] = row[k];
                }
            }
        });
    }

    private Tile tile(int firstRow, int firstColumn, int columns, double[][] transposed) {
        int rows = Math.min(ROWS, points.rows() - firstRow);
        double[] own = new double[rows * features];
        for (int i = 0; i < rows; i++) {
            points.copyRow(firstRow + i, own, i * features);
        }
        double[][] squares = new double[rows][columns];
        for (int k = 0; k < features; k += DEPTH) {
            Products.View part = Products.View.rows(own, features).from(0, k);
            Products.add(part, transposed, k, squares, rows, Math.min(DEPTH, features - k), columns);
        }
        for (int i = 0; i < rows; i++) {
            double norm = norms[firstRow + i];
            for (int j = 0; j < columns; j++) {
                squares[i][j] = Math.max(0, norm + otherNorms[firstColumn + j] - 2 * squares[i][j]);
            }
        }
        return new Tile(firstRow, firstColumn, squares);
    }

    /** Summed in the order of the products, so that a point's distance to its copy vanishes. */
    private static double[] norms(Points points) {
        double[] norms = new double[points.rows()];
        int strips = (norms.length + ROWS - 1) / ROWS;
        IntStream.range(0, strips).parallel().forEach(strip -> {
            double[] row = new double[points.features()];
            for (int i = strip * ROWS; i < Math.min(norms.length, strip * ROWS + ROWS); i++) {
                points.copyRow(i, row, 0);
                norms[i] = Products.square(row);
            }
        });
        return norms;
    }
}
