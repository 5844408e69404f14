package org.nextscale.engine.internal.checkpoint;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.engine.checkpoint.TensorValues;

/**
 * A tensor that is to be written.
 *
 * @param described what messages call it
 * @param values its values; null if its bytes are copied
 * @param stored its bytes; null if its values are converted
 */
public record OutgoingTensor(WeightInfo tensor, String described, TensorValues values, StoredBytes stored) {

    /** Bytes of a tensor as they are to stand in the file. */
    @FunctionalInterface
    public interface StoredBytes {

        /** Fills {@code target}, from its position to its limit, with bytes from {@code firstByte} on. */
        void read(long firstByte, ByteBuffer target);
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
            return new OutgoingTensor(tensor, described, null, (first, bytes) -> file.copy(name, first, bytes));
        }
        if (type == DataType.I64 || found.type() == DataType.I64) {
            throw new InvalidInputException(described + " is stored as " + found.type() + " and cannot become " + type);
        }
        TensorValues values = (long first, FloatBuffer target) -> source.read(name, first, target);
        return new OutgoingTensor(tensor, described, values, null);
    }
}
