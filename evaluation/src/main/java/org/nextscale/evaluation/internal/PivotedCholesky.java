package org.nextscale.evaluation.internal;

/**
 * The factor of a symmetric, positive semidefinite matrix: {@code a = factorᵀ · factor} with as many rows as the matrix has
 * rank, which is the number of pivots above rounding errors. Columns of features that never vary, and sets of fewer images
 * than features, cost a rank and nothing else.
 */
public final class PivotedCholesky {
    private static final double ROUNDING = 0x1p-53;

    private final int width;
    private final double[][] factor;
    private final double[] factors;
    private int rank;

    /** @param matrix {@code [width, width]}, symmetric; left as it is */
    public PivotedCholesky(double[] matrix, int width) {
        this.width = width;
        factor = new double[width][];
        factors = new double[width];
        double[] left = new double[width];
        double largest = 0;
        for (int i = 0; i < width; i++) {
            left[i] = matrix[i * width + i];
            largest = Math.max(largest, left[i]);
        }
        double threshold = width * ROUNDING * largest;
        boolean[] taken = new boolean[width];
        while (rank < width) {
            int pivot = largest(left, taken);
            if (!(left[pivot] > threshold)) {
                break;
            }
            taken[pivot] = true;
            addRow(matrix, pivot, left, taken);
        }
    }

    private static int largest(double[] left, boolean[] taken) {
        int best = -1;
        for (int i = 0; i < left.length; i++) {
            if (!taken[i] && (best < 0 || left[i] > left[best])) {
                best = i;
            }
        }
        return best;
    }

    /** The next row: what the matrix holds in the pivot's row beyond what the rows so far explain. */
    private void addRow(double[] matrix, int pivot, double[] left, boolean[] taken) {
        double[] row = new double[width];
        System.arraycopy(matrix, pivot * width, row, 0, width);
        for (int k = 0; k < rank; k++) {
            factors[k] = -factor[k][pivot];
        }
        Products.add(Products.View.rows(factors, width), factor, 0, new double[][] {row}, 1, rank, width);
        double root = Math.sqrt(left[pivot]);
        for (int j = 0; j < width; j++) {
            row[j] = taken[j] ? 0 : row[j] / root;
            left[j] -= row[j] * row[j];
        }
        row[pivot] = root;
        factor[rank++] = row;
    }

    public int rank() {
        return rank;
    }

    /** {@code [rank, width]}. */
    public double[] factor() {
        double[] values = new double[rank * width];
        for (int i = 0; i < rank; i++) {
            System.arraycopy(factor[i], 0, values, i * width, width);
        }
        return values;
    }
}
