package org.nextscale.checkpoint;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.model.WeightSource;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.internal.output.OutgoingTensor;
import org.nextscale.checkpoint.internal.safetensors.SafetensorsOutput;
import org.nextscale.checkpoint.tensor.TensorValues;
import org.nextscale.checkpoint.tensor.WrittenFile;

/**
 * Writes a safetensors file of any size: tensors are announced first, then streamed piece by piece, converted on the way,
 * under a temporary name that becomes the target's when all is written. Values are rounded to nearest even. Not
 * thread-safe.
 */
public final class SafetensorsWriter {
    private final Map<String, OutgoingTensor> entries = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    /** Adds an entry to the file's free-form metadata. */
    public SafetensorsWriter metadata(String key, String value) {
        metadata.put(key, value);
        return this;
    }

    /**
     * Adds a tensor.
     *
     * @param tensor its name, its type in the file (F32, F16 or BF16) and its shape
     */
    public SafetensorsWriter add(WeightInfo tensor, TensorValues values) {
        add(OutgoingTensor.of(tensor, values));
        return this;
    }

    /**
     * Adds a tensor of another file; its bytes are copied where they need no conversion.
     *
     * @param type its type in the file: F32, F16, BF16, or the type it has
     */
    public SafetensorsWriter add(WeightSource source, String name, DataType type) {
        add(OutgoingTensor.of(source, name, type));
        return this;
    }

    private void add(OutgoingTensor entry) {
        if (entries.put(entry.tensor().name(), entry) != null) {
            throw new IllegalArgumentException(entry.tensor().name() + " is added twice");
        }
    }

    /** Bytes the file will have. */
    public long bytes() {
        return output().bytes();
    }

    /**
     * Writes the file, replacing one that is there.
     *
     * @throws InvalidInputException naming the file when there is no such folder, or the tensor when a value is too large for its
     *     type; nothing is left behind then
     * @throws org.nextscale.api.FileException if the disk is full, for instance; nothing is left behind then
     */
    public WrittenFile write(Path target, ProgressListener progress, Cancellation cancellation) {
        return output().write(target, progress, cancellation);
    }

    private SafetensorsOutput output() {
        List<OutgoingTensor> ordered = new ArrayList<>(entries.values());
        return new SafetensorsOutput(ordered, metadata);
    }
}
