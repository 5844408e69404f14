package org.nextscale.backend.onnx.internal.transformer;

import java.nio.FloatBuffer;
import org.nextscale.api.model.WeightSource;

/**
 * A linear layer's weight, {@code [out, in]}: a stored tensor, or some rows of one that holds several layers.
 *
 * @param tensor its name in the model
 * @param first the first row
 * @param out rows
 * @param in columns
 * @param rows of the stored tensor
 */
record Matrix(String tensor, int first, int out, int in, int rows) {

    static Matrix whole(String tensor, int out, int in) {
        return new Matrix(tensor, 0, out, in, out);
    }

    /** One of several layers of the same size that are stored one below the other. */
    static Matrix part(String tensor, int part, int parts, int out, int in) {
        return new Matrix(tensor, part * out, out, in, parts * out);
    }

    boolean isWhole() {
        return out == rows;
    }

    /** A name for it in a graph: the tensor's, with the rows if not all. */
    String name() {
        return isWhole() ? tensor : tensor + "[" + first + ":" + (first + out) + "]";
    }

    void require(WeightSource source) {
        source.require(tensor, rows, in);
    }

    /** Reads rows, from one of this matrix's on, until the target is full. */
    void read(WeightSource source, int row, FloatBuffer target) {
        source.read(tensor, (long) (first + row) * in, target);
    }
}
