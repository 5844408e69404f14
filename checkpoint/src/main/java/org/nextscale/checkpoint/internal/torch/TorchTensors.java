package org.nextscale.checkpoint.internal.torch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Sequence;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Storage;
import org.nextscale.checkpoint.internal.pickle.PickleValue.Tensor;
import org.nextscale.checkpoint.internal.storage.Chunk;
import org.nextscale.checkpoint.internal.storage.ElementType;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.storage.TensorRecord;
import org.nextscale.checkpoint.internal.zip.ZipDirectory;
import org.nextscale.checkpoint.internal.zip.ZipRecord;
import org.nextscale.files.PrintableText;

/** Finds the bytes of pickled tensors in their archive and checks that every one of them is there. */
final class TorchTensors {
    private static final int MOST_DIMENSIONS = 8;
    private static final int MOST_TENSORS = 100_000;
    /** Tensors may share storages; all of a state dict may claim this many times the bytes of the file. */
    private static final int MOST_SHARING = 8;

    private final PositionalFile file;
    private final ZipDirectory zip;
    private final String root;
    private final Map<String, Place> places = new LinkedHashMap<>();

    TorchTensors(PositionalFile file, ZipDirectory zip, String root) {
        this.file = file;
        this.zip = zip;
        this.root = root;
    }

    /** A storage's record, its first byte in the file, and the first tensor found on it. */
    private record Place(ZipRecord record, long offset, String tensor) {}

    TensorRecord locate(String name, Tensor tensor) {
        List<Long> shape = numbers(name, "shape", tensor.shape());
        List<Long> strides = numbers(name, "strides", tensor.strides());
        if (shape.size() != strides.size()) {
            throw invalid(name, "has " + shape.size() + " dimensions but " + strides.size() + " strides");
        }
        if (!(tensor.offset() instanceof Long first) || first < 0) {
            throw invalid(name, "does not begin in its storage");
        }
        Storage storage = tensor.storage();
        String typeName = tensor.typeName() == null ? storage.typeName() : tensor.typeName();
        ElementType type =
                tensor.typeName() == null ? ElementType.byTorchStorage(typeName) : ElementType.byTorchType(typeName);
        long elements = elements(name, shape);
        if (type == null) {
            return TensorRecord.unreadable(name, typeName, shape);
        }
        if (elements == 0) {
            return TensorRecord.contiguous(name, type, shape, 0, 0);
        }
        try {
            return locate(name, type, shape, strides, first, elements, storage, tensor.typeName() != null);
        } catch (ArithmeticException e) {
            throw invalid(name, "of shape " + PrintableText.shape(shape) + " lies beyond its storage");
        }
    }

    private TensorRecord locate(
            String name,
            ElementType type,
            List<Long> shape,
            List<Long> strides,
            long first,
            long elements,
            Storage storage,
            boolean untyped) {
        Place place = places.get(storage.key());
        if (place == null) {
            ZipRecord record = zip.find(root + "/data/" + storage.key())
                    .orElseThrow(() -> invalid(
                            name,
                            "has its values in record data/" + PrintableText.printable(storage.key())
                                    + ", which is not in the file"));
            place = new Place(record, zip.dataOffset(record), name);
            places.put(storage.key(), place);
        }
        long claimed = untyped ? storage.elements() : Math.multiplyExact(storage.elements(), (long) type.bytes());
        if (claimed > place.record().size()) {
            throw invalid(
                    name,
                    "needs a storage of " + claimed + " bytes, record data/" + storage.key() + " has "
                            + place.record().size());
        }
        long last = 0;
        long rowMajor = 1;
        boolean contiguous = true;
        for (int i = shape.size() - 1; i >= 0; i--) {
            long size = shape.get(i);
            long stride = strides.get(i);
            last = Math.addExact(last, Math.multiplyExact(size - 1, stride));
            contiguous &= size == 1 || stride == rowMajor;
            rowMajor = Math.multiplyExact(rowMajor, size);
        }
        long end = Math.multiplyExact(Math.addExact(first, Math.addExact(last, 1)), (long) type.bytes());
        if (end > claimed) {
            throw invalid(
                    name,
                    "of shape " + PrintableText.shape(shape) + " ends at byte " + end + " of a storage of " + claimed
                            + " bytes");
        }
        if (elements > file.size()) {
            throw invalid(
                    name, "of shape " + PrintableText.shape(shape) + " claims more elements than the file has bytes");
        }
        long offset = place.offset() + first * type.bytes();
        if (contiguous) {
            return TensorRecord.contiguous(name, type, shape, offset, elements * type.bytes());
        }
        return TensorRecord.strided(
                name,
                type,
                shape,
                offset,
                strides.stream().mapToLong(Long::longValue).toArray(),
                (last + 1) * type.bytes());
    }

    /** Refuses a state dict that claims far more than the file holds by using the same bytes again and again. */
    void requireModest(List<TensorRecord> records) {
        if (records.size() > MOST_TENSORS) {
            throw file.invalid("holds " + records.size() + " tensors, more than " + MOST_TENSORS + " are not read");
        }
        long bytes = 0;
        for (TensorRecord each : records) {
            if (each.type() != null) {
                // Neither overflows: elements are at most the file's size, tensors at most 100,000.
                bytes += each.tensor().elements() * each.type().bytes() / MOST_SHARING;
            }
        }
        if (bytes > file.size()) {
            throw file.invalid("its tensors claim " + MOST_SHARING + " times the bytes that the file has");
        }
    }

    /** Reads every storage in use and compares it with its checksum. */
    void verify() {
        Chunk chunk = file.borrow();
        try {
            for (Place place : places.values()) {
                verify(place, chunk);
            }
        } finally {
            file.giveBack(chunk);
        }
    }

    private void verify(Place place, Chunk chunk) {
        CRC32 crc = new CRC32();
        long size = place.record().size();
        for (long done = 0; done < size; ) {
            ByteBuffer bytes = chunk.clear((int) Math.min(size - done, Chunk.BYTES));
            file.read(bytes, place.offset() + done);
            crc.update(bytes.flip());
            done += bytes.limit();
        }
        // A checksum of 0 is what writers leave that were told not to compute one.
        if (place.record().crc() != 0 && place.record().crc() != (int) crc.getValue()) {
            throw invalid(
                    place.tensor(),
                    "is corrupt: the checksum of record " + place.record().name()
                            + " does not hold; download the file again");
        }
    }

    private List<Long> numbers(String name, String what, Object value) {
        if (!(value instanceof Sequence sequence)) {
            throw invalid(name, "has no " + what);
        }
        if (sequence.items().size() > MOST_DIMENSIONS) {
            throw invalid(
                    name,
                    "has " + sequence.items().size() + " dimensions, more than " + MOST_DIMENSIONS + " are not read");
        }
        List<Long> numbers = new ArrayList<>();
        for (Object item : sequence.items()) {
            if (!(item instanceof Long number) || number < 0) {
                throw invalid(name, "has " + what + " that are not whole numbers from 0 on");
            }
            numbers.add(number);
        }
        return Collections.unmodifiableList(numbers);
    }

    private long elements(String name, List<Long> shape) {
        long elements = 1;
        for (long size : shape) {
            if (size == 0) {
                return 0;
            }
        }
        try {
            for (long size : shape) {
                elements = Math.multiplyExact(elements, size);
            }
        } catch (ArithmeticException e) {
            throw invalid(name, "of shape " + PrintableText.shape(shape) + " has more elements than can be counted");
        }
        return elements;
    }

    private RuntimeException invalid(String tensor, String problem) {
        return file.invalid(tensor + " " + problem);
    }
}
