package org.nextscale.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.output.OutgoingTensor;
import org.nextscale.checkpoint.internal.torch.TorchOutput;
import org.nextscale.checkpoint.tensor.TensorBytes;
import org.nextscale.checkpoint.tensor.TensorValues;

/**
 * Writes a state dict as {@code torch.save} does since PyTorch 1.6, of any size: tensors are announced first, in the order of
 * the dict, then streamed piece by piece, converted on the way, under a temporary name that becomes the target's when all is
 * written. Values are rounded to nearest even. Not thread-safe.
 */
public final class TorchWriter {
    private final List<OutgoingTensor> entries = new ArrayList<>();

    /**
     * Adds a tensor.
     *
     * @param tensor its name, its type in the file (F32, F16 or BF16) and its shape
     */
    public TorchWriter add(WeightInfo tensor, TensorValues values) {
        entries.add(OutgoingTensor.of(tensor, values));
        return this;
    }

    /** Adds a tensor of any type by its bytes. */
    public TorchWriter addBytes(WeightInfo tensor, TensorBytes bytes) {
        entries.add(OutgoingTensor.of(tensor, bytes));
        return this;
    }

    /**
     * Adds a tensor of another file; its bytes are copied where they need no conversion.
     *
     * @param type its type in the file: F32, F16, BF16, or the type it has
     */
    public TorchWriter add(WeightSource source, String name, DataType type) {
        entries.add(OutgoingTensor.of(source, name, type));
        return this;
    }

    /** What was added, in its order. */
    public List<WeightInfo> tensors() {
        return entries.stream().map(OutgoingTensor::tensor).toList();
    }

    /** Bytes the file will have. */
    public long bytes() {
        return new TorchOutput(entries).bytes();
    }

    /**
     * Writes the file, replacing one that is there.
     *
     * @throws org.nextscale.api.InvalidInputException naming the tensor when a value is too large for its type, or the file
     *     when it cannot be written there; nothing is left behind then
     * @throws org.nextscale.api.FileException if the disk is full, for instance; nothing is left behind either
     */
    public void write(Path target, ProgressListener progress, Cancellation cancellation) {
        new TorchOutput(entries).write(target, progress, cancellation);
    }
}
