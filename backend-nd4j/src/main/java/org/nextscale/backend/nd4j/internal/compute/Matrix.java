package org.nextscale.backend.nd4j.internal.compute;

/**
 * A row-major matrix somewhere in native memory.
 *
 * @param memory where it lies
 * @param offset index of its first element there
 * @param rowStride elements from one row to the next, at least {@code columns}
 */
public record Matrix(Floats memory, long offset, int rows, int columns, long rowStride) {

    /** A matrix whose rows follow each other without gaps. */
    public static Matrix dense(Floats memory, long offset, int rows, int columns) {
        return new Matrix(memory, offset, rows, columns, columns);
    }

    long extent() {
        return rows == 0 ? 0 : (rows - 1) * rowStride + columns;
    }
}
