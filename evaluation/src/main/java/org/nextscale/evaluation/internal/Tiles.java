package org.nextscale.evaluation.internal;

import java.util.stream.IntStream;

/** Large matrix products cut into tiles that fit the caches and are shared out to all processors. */
public final class Tiles {
    private static final int ROWS = 32;
    private static final int COLUMNS = 256;
    private static final int DEPTH = 256;

    private Tiles() {}

    /** What is done with a tile: rows and columns from {@code …}, exclusive ends. */
    private interface Work {
        void on(int firstRow, int endRow, int firstColumn, int endColumn);
    }

    /** Adds {@code aᵀ · a} to the tiles of {@code c [width, width]} that touch its upper triangle. */
    public static void addGram(double[] a, int rows, int width, double[] c) {
        Products.View matrix = Products.View.rows(a, width);
        Products.View result = Products.View.rows(c, width);
        each(width, width, (row, endRow, column, endColumn) -> {
            if (endColumn > row) {
                Products.add(
                        matrix.transposed().from(row, 0),
                        matrix.from(0, column),
                        result.from(row, column),
                        endRow - row,
                        rows,
                        endColumn - column);
            }
        });
    }

    /** {@code a [rows, depth] · b [depth, columns]}; the rows of {@code b} are contiguous. */
    public static double[] product(Products.View a, Products.View b, int rows, int depth, int columns) {
        double[] c = new double[Math.multiplyExact(rows, columns)];
        Products.View result = Products.View.rows(c, columns);
        each(rows, columns, (row, endRow, column, endColumn) -> {
            for (int k = 0; k < depth; k += DEPTH) {
                Products.add(
                        a.from(row, k),
                        b.from(k, column),
                        result.from(row, column),
                        endRow - row,
                        Math.min(DEPTH, depth - k),
                        endColumn - column);
            }
        });
        return c;
    }

    private static void each(int rows, int columns, Work work) {
        int down = (rows + ROWS - 1) / ROWS;
        int across = (columns + COLUMNS - 1) / COLUMNS;
        IntStream.range(0, down * across).parallel().forEach(tile -> {
            int row = tile / across * ROWS;
            int column = tile % across * COLUMNS;
            work.on(row, Math.min(rows, row + ROWS), column, Math.min(columns, column + COLUMNS));
        });
    }
}
