package org.nextscale.evaluation.internal;

/**
 * Matrix products in float64, the inner loop of everything here that takes time. Rows are arrays of their own and taken four
 * at a time: so the compiler makes vector instructions of it, which it does not where several rows lie in one array (40
 * against 8 GFLOP/s a core). Sums run over the depth in the same groups always, so that equal rows give equal sums: the
 * distance of a point to its copy is exactly 0.
 */
public final class Products {
    private static final int GROUP = 4;

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
     * @param b {@code [depth, columns]}, from row {@code first} on; a multiple of four rows, but for the last call of a sum
     * @param c {@code [rows, columns]}
     */
    public static void add(View a, double[][] b, int first, double[][] c, int rows, int depth, int columns) {
        int whole = depth - depth % GROUP;
        double[] values = a.values;
        int step = a.column;
        for (int k = 0; k < whole; k += GROUP) {
            double[] b0 = b[first + k];
            double[] b1 = b[first + k + 1];
            double[] b2 = b[first + k + 2];
            double[] b3 = b[first + k + 3];
            for (int i = 0; i < rows; i++) {
                int at = a.offset + i * a.row + k * step;
                double f1 = values[at + step];
                double f2 = values[at + 2 * step];
                double f3 = values[at + 3 * step];
                add(c[i], columns, b0, values[at], b1, f1, b2, f2, b3, f3);
            }
        }
        for (int k = whole; k < depth; k++) {
            for (int i = 0; i < rows; i++) {
                add(c[i], columns, b[first + k], values[a.offset + i * a.row + k * step]);
            }
        }
    }

    private static void add(
            double[] c,
            int columns,
            double[] b0,
            double f0,
            double[] b1,
            double f1,
            double[] b2,
            double f2,
            double[] b3,
            double f3) {
        for (int j = 0; j < columns; j++) {
            c[j] += f0 * b0[j] + f1 * b1[j] + f2 * b2[j] + f3 * b3[j];
        }
    }

    private static void add(double[] c, int columns, double[] b, double factor) {
        for (int j = 0; j < columns; j++) {
            c[j] += factor * b[j];
        }
    }

    /** The product of a row with itself, summed as {@link #add} sums. */
    public static double square(double[] row) {
        int whole = row.length - row.length % GROUP;
        double sum = 0;
        for (int k = 0; k < whole; k += GROUP) {
            sum += row[k] * row[k] + row[k + 1] * row[k + 1] + row[k + 2] * row[k + 2] + row[k + 3] * row[k + 3];
        }
        for (int k = whole; k < row.length; k++) {
            sum += row[k] * row[k];
        }
        return sum;
    }
}
