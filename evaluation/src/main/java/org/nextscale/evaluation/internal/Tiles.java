package org.nextscale.evaluation.internal;

import java.util.stream.IntStream;
import org.nextscale.evaluation.internal.Products.View;

/** Large matrix products cut into tiles that fit the caches and are shared out to all processors. */
public final class Tiles {
    private static final int ROWS = 32;
    private static final int COLUMNS = 256;
    private static final int DEPTH = 256;

    private Tiles() {}

    /** Adds {@code aᵀ · a} to {@code c [width, width]}, in the tiles that touch its upper triangle. */
    public static void addGram(double[] a, int rows, int width, double[] c) {
        View matrix = View.rows(a, width);
        add(matrix.transposed(), matrix, width, rows, width, c, true);
    }

    /** {@code a [rows, depth] · b [depth, columns]}. */
    public static double[] product(View a, View b, int rows, int depth, int columns) {
        double[] c = new double[Math.multiplyExact(rows, columns)];
        add(a, b, rows, depth, columns, c, false);
        return c;
    }

    private static void add(View a, View b, int rows, int depth, int columns, double[] c, boolean upperOnly) {
        int down = (rows + ROWS - 1) / ROWS;
        int across = (columns + COLUMNS - 1) / COLUMNS;
        double[][][] strips = strips(b, depth, columns, across);
        IntStream.range(0, down * across).parallel().forEach(tile -> {
            int row = tile / across * ROWS;
            int column = tile % across * COLUMNS;
            int height = Math.min(ROWS, rows - row);
            int width = Math.min(COLUMNS, columns - column);
            if (upperOnly && column + width <= row) {
                return;
            }
            double[][] sums = new double[height][width];
            for (int k = 0; k < depth; k += DEPTH) {
                int part = Math.min(DEPTH, depth - k);
                Products.add(a.from(row, k), strips[column / COLUMNS], k, sums, height, part, width);
            }
            for (int i = 0; i < height; i++) {
                int into = (row + i) * columns + column;
                for (int j = 0; j < width; j++) {
                    c[into + j] += sums[i][j];
                }
            }
        });
    }

    /** The columns of {@code b}, strip by strip, each with rows of its own. */
    private static double[][][] strips(View b, int depth, int columns, int across) {
        double[][][] strips = new double[across][depth][];
        IntStream.range(0, across).parallel().forEach(strip -> {
            int column = strip * COLUMNS;
            int width = Math.min(COLUMNS, columns - column);
            for (int k = 0; k < depth; k++) {
                double[] row = new double[width];
                View from = b.from(k, column);
                for (int j = 0; j < width; j++) {
                    row[j] = from.values()[from.offset() + j * from.column()];
                }
                strips[strip][k] = row;
            }
        });
        return strips;
    }
}
