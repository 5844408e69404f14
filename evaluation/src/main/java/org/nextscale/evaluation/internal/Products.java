package org.nextscale.evaluation.internal;

/**
 * Matrix products in float64, the inner loop of everything here that takes time: written so that the compiler turns it into
 * vector instructions. Sums run over the depth in groups of four, always in the same order, so that equal rows give equal
 * sums: the distance of a point to its copy is exactly 0.
 */
public final class Products {
    private Products() {}

    /**
     * A matrix within an array.
     *
     * @param offset of its first element
     * @param row elements from one row to the next
     * @param column elements from one column to the next
     */
    public record View(double[] values, int offset, int row, int column) {

        /** Rows of {@code width} elements one behind the other. */
        public static View rows(double[] values, int width) {
            return new View(values, 0, width, 1);
        }

        public View transposed() {
            return new View(values, offset, column, row);
        }

        public View from(int firstRow, int firstColumn) {
            return new View(values, offset + firstRow * row + firstColumn * column, row, column);
        }
    }

    /**
     * Adds {@code a · b} to {@code c}.
     *
     * @param a {@code [rows, depth]}
     * @param b {@code [depth, columns]}, its rows contiguous
     * @param c {@code [rows, columns]}, its rows contiguous
     */
    public static void add(View a, View b, View c, int rows, int depth, int columns) {
        int whole = depth - depth % 4;
        for (int k = 0; k < whole; k += 4) {
            int b0 = b.offset + k * b.row;
            for (int i = 0; i < rows; i++) {
                int at = a.offset + i * a.row + k * a.column;
                add(
                        c.values,
                        c.offset + i * c.row,
                        b.values,
                        b0,
                        b.row,
                        columns,
                        a.values[at],
                        a.values[at + a.column],
                        a.values[at + 2 * a.column],
                        a.values[at + 3 * a.column]);
            }
        }
        for (int k = whole; k < depth; k++) {
            for (int i = 0; i < rows; i++) {
                double factor = a.values[a.offset + i * a.row + k * a.column];
                add(c.values, c.offset + i * c.row, b.values, b.offset + k * b.row, columns, factor);
            }
        }
    }

    private static void add(
            double[] c,
            int into,
            double[] b,
            int from,
            int row,
            int columns,
            double f0,
            double f1,
            double f2,
            double f3) {
        int from1 = from + row;
        int from2 = from + 2 * row;
        int from3 = from + 3 * row;
        for (int j = 0; j < columns; j++) {
            c[into + j] += f0 * b[from + j] + f1 * b[from1 + j] + f2 * b[from2 + j] + f3 * b[from3 + j];
        }
    }

    private static void add(double[] c, int into, double[] b, int from, int columns, double factor) {
        for (int j = 0; j < columns; j++) {
            c[into + j] += factor * b[from + j];
        }
    }
}
