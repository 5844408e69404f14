package org.nextscale.checkpoint.tensor;

import java.util.List;
import java.util.Optional;
import org.nextscale.api.model.DataType;

/**
 * Name, stored type and shape of one tensor of a file.
 *
 * @param typeName the type as safetensors calls it ({@code F16}, {@code I32}, {@code BOOL} …), or the file's own word for
 *     a type that cannot be read
 * @param type the type as a weight; empty when weights are not stored in that type
 * @param shape sizes from the slowest to the fastest dimension; empty for a scalar
 * @param readable whether its values can be read as float32
 */
public record StoredTensor(String name, String typeName, Optional<DataType> type, List<Long> shape, boolean readable) {

    public StoredTensor {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long elements() {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }
}
