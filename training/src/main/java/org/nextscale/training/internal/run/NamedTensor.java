package org.nextscale.training.internal.run;

import java.util.List;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * A tensor to be kept in a checkpoint, float32, of any size.
 *
 * @param shape sizes from the slowest to the fastest dimension; empty for a scalar
 * @param values its elements in row-major order; asked for piece by piece when it is written, so that no tensor needs to be
 *     outside the device as a whole
 */
public record NamedTensor(String name, List<Long> shape, TensorValues values) {
    public NamedTensor {
        shape = List.copyOf(shape);
    }
}
