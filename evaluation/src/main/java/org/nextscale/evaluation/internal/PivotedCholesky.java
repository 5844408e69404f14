package org.nextscale.evaluation.internal;

import java.util.stream.IntStream;

/**
 * The factor of a symmetric, positive semidefinite matrix: {@code a = factorᵀ · factor} with as many rows as the matrix has
 * rank, which is the number of pivots above rounding errors. Columns of features that never vary, and sets of fewer images
 * than features, cost a rank and nothing else.
 */
public final class PivotedCholesky {
    private static final double ROUNDING = 0x1p-53;

    private final int width;
    private final double[] factor;
    private int rank;

    /** @param matrix {@code [width, width]}, symmetric; left as it is */
    public PivotedCholesky(double[] matrix, int width) {
        this.width = width;
        this.factor = new double[matrix.length];
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
            if (pivot < 0 || !(left[pivot] > threshold)) {
                break;
            }
            taken[pivot] = true;
            addRow(matrix, pivot, Math.sqrt(left[pivot]), left, taken);
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
    private void addRow(double[] matrix, int pivot, double root, double[] left, boolean[] taken) {
        int row = rank * width;
        System.arraycopy(matrix, pivot * width, factor, row, width);
        int strips = rank * (long) width > 100_000 ? Runtime.getRuntime().availableProcessors() : 1;
        int strip = (width + strips - 1) / strips;
        IntStream range = IntStream.range(0, strips);
        (strips == 1 ? range : range.parallel()).forEach(s -> {
            int from = Math.min(width, s * strip);
            int columns = Math.min(width, from + strip) - from;
            double[] negative = new double[rank];
            for (int k = 0; k < rank; k++) {
                negative[k] = -factor[k * width + pivot];
            }
            Products.add(
                    Products.View.rows(negative, rank),
                    new Products.View(factor, from, width, 1),
                    new Products.View(factor, row + from, width, 1),
                    1,
                    rank,
                    columns);
        });
        for (int j = 0; j < width; j++) {
            double value = taken[j] ? 0 : factor[row + j] / root;
            factor[row + j] = value;
            left[j] -= value * value;
        }
        factor[row + pivot] = root;
        rank++;
    }

    public int rank() {
        return rank;
    }

    /** {@code [rank, width]}, in an array that is larger. */
    public double[] factor() {
        return factor;
    }
}
