package org.nextscale.checkpoint.internal.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.files.PrintableText;

/** The tensors of one file (or of one state dict in it): a table of places, read on demand. */
public final class StoredTensors implements TensorSource {
    private final PositionalFile file;
    private final Map<String, TensorRecord> records = new LinkedHashMap<>();
    private final StridedReader stridedReader;

    public StoredTensors(PositionalFile file, Collection<TensorRecord> found) {
        this.file = file;
        this.stridedReader = new StridedReader(file);
        for (TensorRecord each : found) {
            if (records.put(each.name(), each) != null) {
                throw file.invalid("holds " + each.name() + " twice");
            }
        }
    }

    @Override
    public String description() {
        return file.description();
    }

    @Override
    public Collection<WeightInfo> weights() {
        return records.values().stream().flatMap(StoredTensors::weightOf).toList();
    }

    @Override
    public Collection<StoredTensor> tensors() {
        return records.values().stream().map(TensorRecord::tensor).toList();
    }

    @Override
    public boolean contains(String name) {
        return records.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        StoredTensor found = record(name).tensor();
        if (found.type().isEmpty()) {
            throw file.invalid(name + " is stored as " + found.typeName() + "; weights must be F32, F16, BF16 or I64");
        }
        return new WeightInfo(name, found.type().get(), found.shape());
    }

    @Override
    public StoredTensor tensor(String name) {
        return record(name).tensor();
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        TensorRecord found = readable(name);
        Objects.checkFromIndexSize(
                firstElement, target.remaining(), found.tensor().elements());
        Chunk chunk = file.borrow();
        try {
            if (found.strides() != null) {
                stridedReader.read(found, firstElement, target, chunk);
                return;
            }
            int elementBytes = found.type().bytes();
            long position = found.offset() + firstElement * elementBytes;
            while (target.hasRemaining()) {
                int length = (int) Math.min((long) target.remaining() * elementBytes, Chunk.BYTES);
                ByteBuffer bytes = chunk.clear(length);
                file.read(bytes, position);
                chunk.decode(found.type(), bytes.flip(), target);
                position += length;
            }
        } finally {
            file.giveBack(chunk);
        }
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        TensorRecord found = readable(name);
        requireContiguous(found);
        Objects.checkFromIndexSize(firstByte, length, found.extent());
        return file.map(found.offset() + firstByte, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the stored bytes are the elements in row-major order, as {@link #map} and {@link #copy} need them. */
    public boolean contiguous(String name) {
        return readable(name).strides() == null;
    }

    /** Copies stored bytes into {@code target}, from its position to its limit. */
    public void copy(String name, long firstByte, ByteBuffer target) {
        TensorRecord found = readable(name);
        requireContiguous(found);
        Objects.checkFromIndexSize(firstByte, target.remaining(), found.extent());
        file.read(target, found.offset() + firstByte);
    }

    private void requireContiguous(TensorRecord found) {
        if (found.strides() != null) {
            throw file.invalid(found.name() + " is stored with gaps or transposed and has no view of its bytes; "
                    + "convert the file to a model package first");
        }
    }

    private TensorRecord readable(String name) {
        TensorRecord found = record(name);
        if (found.type() == null) {
            throw file.invalid(
                    name + " is stored as " + found.tensor().typeName() + ", a type that cannot be read here");
        }
        return found;
    }

    private TensorRecord record(String name) {
        TensorRecord found = records.get(name);
        if (found == null) {
            throw new InvalidInputException(description() + ": has no tensor " + PrintableText.printable(name));
        }
        return found;
    }

    private static Stream<WeightInfo> weightOf(TensorRecord found) {
        StoredTensor tensor = found.tensor();
        return tensor.type().stream().map((DataType type) -> new WeightInfo(tensor.name(), type, tensor.shape()));
    }

    /** The number of tensors. */
    int size() {
        return records.size();
    }

    /** Names in the file's order. */
    List<String> names() {
        return List.copyOf(records.keySet());
    }
}
