package org.nextscale.checkpoint.internal.storage;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.checkpoint.tensor.StoredTensor;
import org.nextscale.checkpoint.tensor.TensorSource;
import org.nextscale.files.PrintableText;

/** The tensors of one file, of one state dict in it, or of the files that an index lists: a table of places, read on demand. */
public final class StoredTensors implements TensorSource {
    private final PositionalFile file;
    private final Map<String, Place> places = new LinkedHashMap<>();

    /** A tensor, the file that its bytes are in, and what gathers them if they do not lie in a row. */
    private record Place(PositionalFile file, StridedReader strided, TensorRecord record) {}

    private StoredTensors(PositionalFile file) {
        this.file = file;
    }

    public StoredTensors(PositionalFile file, Collection<TensorRecord> found) {
        this(file);
        StridedReader strided = new StridedReader(file);
        for (TensorRecord each : found) {
            if (places.put(each.name(), new Place(file, strided, each)) != null) {
                throw file.invalid("holds " + each.name() + " twice");
            }
        }
    }

    /**
     * Tensors that lie in several files.
     *
     * @param index the file that lists them
     * @param sources the file of each, in which it must be
     */
    public static StoredTensors of(PositionalFile index, Map<String, StoredTensors> sources) {
        StoredTensors gathered = new StoredTensors(index);
        sources.forEach((name, source) -> gathered.places.put(name, source.place(name)));
        return gathered;
    }

    /** Those whose names begin with this, without it. */
    public StoredTensors under(String prefix) {
        if (prefix.isEmpty()) {
            return this;
        }
        StoredTensors view = new StoredTensors(file);
        places.forEach((name, place) -> {
            if (name.startsWith(prefix)) {
                String rest = name.substring(prefix.length());
                view.places.put(rest, new Place(place.file, place.strided, place.record.named(rest)));
            }
        });
        return view;
    }

    @Override
    public String description() {
        return file.description();
    }

    @Override
    public Collection<WeightInfo> weights() {
        return places.values().stream().flatMap(StoredTensors::weightOf).toList();
    }

    @Override
    public Collection<StoredTensor> tensors() {
        return places.values().stream().map(each -> each.record.tensor()).toList();
    }

    @Override
    public boolean contains(String name) {
        return places.containsKey(name);
    }

    @Override
    public WeightInfo weight(String name) {
        Place place = place(name);
        StoredTensor found = place.record.tensor();
        if (found.type().isEmpty()) {
            throw place.file.invalid(
                    name + " is stored as " + found.typeName() + "; weights must be F32, F16, BF16 or I64");
        }
        return new WeightInfo(name, found.type().get(), found.shape());
    }

    @Override
    public StoredTensor tensor(String name) {
        return place(name).record.tensor();
    }

    @Override
    public void read(String name, long firstElement, FloatBuffer target) {
        Place place = readable(name);
        TensorRecord found = place.record;
        Objects.checkFromIndexSize(
                firstElement, target.remaining(), found.tensor().elements());
        Chunk chunk = place.file.borrow();
        try {
            if (found.strides() != null) {
                place.strided.read(found, firstElement, target, chunk);
                return;
            }
            int elementBytes = found.type().bytes();
            long position = found.offset() + firstElement * elementBytes;
            while (target.hasRemaining()) {
                int length = (int) Math.min((long) target.remaining() * elementBytes, Chunk.BYTES);
                ByteBuffer bytes = chunk.clear(length);
                place.file.read(bytes, position);
                chunk.decode(found.type(), bytes.flip(), target);
                position += length;
            }
        } finally {
            place.file.giveBack(chunk);
        }
    }

    @Override
    public ByteBuffer map(String name, long firstByte, int length) {
        Place place = readable(name);
        requireContiguous(place);
        Objects.checkFromIndexSize(firstByte, length, place.record.extent());
        return place.file.map(place.record.offset() + firstByte, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Whether the stored bytes are the elements in row-major order, as {@link #map} and {@link #copy} need them. */
    public boolean contiguous(String name) {
        return readable(name).record.strides() == null;
    }

    /** Copies stored bytes into {@code target}, from its position to its limit. */
    public void copy(String name, long firstByte, ByteBuffer target) {
        Place place = readable(name);
        requireContiguous(place);
        Objects.checkFromIndexSize(firstByte, target.remaining(), place.record.extent());
        place.file.read(target, place.record.offset() + firstByte);
    }

    private static void requireContiguous(Place place) {
        if (place.record.strides() != null) {
            throw place.file.invalid(
                    place.record.name() + " is stored with gaps or transposed and has no view of its bytes; "
                            + "convert the file to a model package first");
        }
    }

    private Place readable(String name) {
        Place found = place(name);
        if (found.record.type() == null) {
            throw found.file.invalid(
                    name + " is stored as " + found.record.tensor().typeName() + ", a type that cannot be read here");
        }
        return found;
    }

    private Place place(String name) {
        Place found = places.get(name);
        if (found == null) {
            throw new InvalidInputException(description() + ": has no tensor " + PrintableText.printable(name));
        }
        return found;
    }

    private static Stream<WeightInfo> weightOf(Place found) {
        StoredTensor tensor = found.record.tensor();
        return tensor.type().stream().map((DataType type) -> new WeightInfo(tensor.name(), type, tensor.shape()));
    }

    /** Names in the file's order. */
    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }
}
