package org.nextscale.checkpoint.internal.output;

import java.nio.FloatBuffer;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.checkpoint.internal.storage.StoredTensors;
import org.nextscale.checkpoint.tensor.TensorBytes;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * A tensor that is to be written: as values that are converted, or as bytes that are copied.
 *
 * @param described what messages call it
 * @param values its values; empty if its bytes are copied
 * @param bytes its bytes; empty if its values are converted
 */
public record OutgoingTensor(
        WeightInfo tensor, String described, Optional<TensorValues> values, Optional<TensorBytes> bytes) {
    /** A tensor by its values. */
    public static OutgoingTensor of(WeightInfo tensor, TensorValues values) {
        if (tensor.type() == DataType.I64) {
            throw new IllegalArgumentException(tensor.name() + ": I64 tensors are copied, not converted");
        }
        return new OutgoingTensor(tensor, tensor.name(), Optional.of(values), Optional.empty());
    }

    /** A tensor by its bytes. */
    public static OutgoingTensor of(WeightInfo tensor, TensorBytes bytes) {
        return new OutgoingTensor(tensor, tensor.name(), Optional.empty(), Optional.of(bytes));
    }

    /**
     * A tensor of another file; its bytes are copied where they need no conversion.
     *
     * @param type its type from now on: F32, F16, BF16, or the type it has
     */
    public static OutgoingTensor of(WeightSource source, String name, DataType type) {
        WeightInfo found = source.weight(name);
        String described = source.description() + ": " + name;
        WeightInfo tensor = new WeightInfo(name, type, found.shape());
        if (found.type() == type && source instanceof StoredTensors file && file.contiguous(name)) {
            TensorBytes bytes = (first, target) -> file.copy(name, first, target);
            return new OutgoingTensor(tensor, described, Optional.empty(), Optional.of(bytes));
        }
        if (type == DataType.I64 || found.type() == DataType.I64) {
            throw new InvalidInputException(described + " is stored as " + found.type() + " and cannot become " + type);
        }
        TensorValues values = (long first, FloatBuffer target) -> source.read(name, first, target);
        return new OutgoingTensor(tensor, described, Optional.of(values), Optional.empty());
    }
}
