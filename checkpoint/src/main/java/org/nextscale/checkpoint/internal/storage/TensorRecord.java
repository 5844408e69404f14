package org.nextscale.checkpoint.internal.storage;

import java.util.List;
import java.util.Optional;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.files.PrintableText;

/**
 * Where a tensor lies in its file.
 *
 * @param tensor name, type and shape
 * @param type its element type; null when it cannot be read
 * @param offset byte of the file at which element 0 lies
 * @param strides elements between neighbours of each dimension; null when the elements lie in row-major order
 * @param extent bytes from {@code offset} to the end of its last element
 */
public record TensorRecord(StoredTensor tensor, ElementType type, long offset, long[] strides, long extent) {

    public static TensorRecord contiguous(String name, ElementType type, List<Long> shape, long offset, long bytes) {
        return new TensorRecord(
                new StoredTensor(name, type.name(), type.dataType(), shape, true), type, offset, null, bytes);
    }

    public static TensorRecord strided(
            String name, ElementType type, List<Long> shape, long offset, long[] strides, long extent) {
        return new TensorRecord(
                new StoredTensor(name, type.name(), type.dataType(), shape, true), type, offset, strides, extent);
    }

    public static TensorRecord unreadable(String name, String typeName, List<Long> shape) {
        return new TensorRecord(
                new StoredTensor(name, PrintableText.printable(typeName), Optional.empty(), shape, false),
                null,
                0,
                null,
                0);
    }

    String name() {
        return tensor.name();
    }

    /** The same place under another name. */
    TensorRecord named(String name) {
        StoredTensor renamed =
                new StoredTensor(name, tensor.typeName(), tensor.type(), tensor.shape(), tensor.readable());
        return new TensorRecord(renamed, type, offset, strides, extent);
    }
}
