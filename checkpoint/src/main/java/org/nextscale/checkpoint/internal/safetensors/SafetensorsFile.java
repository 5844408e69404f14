package org.nextscale.checkpoint.internal.safetensors;

import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.nextscale.checkpoint.internal.storage.ElementType;
import org.nextscale.checkpoint.internal.storage.Nesting;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.storage.StoredTensors;
import org.nextscale.checkpoint.internal.storage.TensorRecord;
import org.nextscale.checkpoint.tensor.CheckpointFormat;
import org.nextscale.files.PrintableText;
import org.nextscale.files.Sha256;

/**
 * Opens safetensors: 8 bytes of header length, a JSON header, the tensors one after the other without gaps. The header
 * is believed only where it fits the file. A tensor of an unknown type is listed and refused when it is asked for.
 */
public final class SafetensorsFile {
    private static final int LARGEST_HEADER = 100_000_000;
    private static final int MOST_TENSORS = 100_000;
    private static final int MOST_DIMENSIONS = 8;

    private final PositionalFile file;
    private final long dataOffset;
    private final List<Entry> entries = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    private SafetensorsFile(PositionalFile file, long dataOffset) {
        this.file = file;
        this.dataOffset = dataOffset;
    }

    /** A tensor as the header has it; {@code begin} and {@code end} count from the header's end. */
    private record Entry(String name, String typeName, List<Long> shape, long begin, long end) {}

    public static OpenedFile open(PositionalFile file) {
        if (file.size() < Long.BYTES) {
            throw file.invalid("is cut off: " + file.size() + " bytes are too few for safetensors");
        }
        byte[] prefix = file.bytes(0, Long.BYTES);
        long length = ByteBuffer.wrap(prefix).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (length < 2 || length > file.size() - Long.BYTES) {
            throw file.invalid("is cut off or no safetensors file: its header claims " + Long.toUnsignedString(length)
                    + " bytes, " + (file.size() - Long.BYTES) + " follow");
        }
        if (length > LARGEST_HEADER) {
            throw file.invalid("has a header of " + length + " bytes, more than " + LARGEST_HEADER + " is not read");
        }
        byte[] header = file.bytes(Long.BYTES, (int) length);
        return new SafetensorsFile(file, Long.BYTES + length).open(header);
    }

    private OpenedFile open(byte[] header) {
        try (Reader text =
                        new InputStreamReader(new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
                JsonReader json = new JsonReader(text)) {
            json.setStrictness(Strictness.STRICT);
            readHeader(json);
        } catch (IOException | IllegalStateException | NumberFormatException | JsonParseException e) {
            throw file.invalid("its header is not the JSON of safetensors: it breaks off or goes wrong "
                    + (entries.isEmpty()
                            ? "before its first tensor"
                            : "after " + entries.get(entries.size() - 1).name()));
        }
        requireSeamless();
        List<TensorRecord> records = new ArrayList<>();
        for (Entry each : entries) {
            records.add(record(each));
        }
        StoredTensors all = new StoredTensors(file, records);
        return new OpenedFile(
                CheckpointFormat.SAFETENSORS,
                all,
                Nesting.of(all.names()),
                List.of(),
                metadata,
                Optional.empty(),
                this::fingerprint,
                () -> {},
                List.of());
    }

    /** Of header and length: the format has no checksums of the tensors. */
    private String fingerprint() {
        return new Sha256()
                .add(file.bytes(0, (int) dataOffset))
                .add(file.size())
                .hex();
    }

    private void readHeader(JsonReader json) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String name = json.nextName();
            if (!PrintableText.isName(name)) {
                throw file.invalid("a tensor's name in it is no printable text of at most 512 characters: "
                        + PrintableText.printable(name));
            }
            if (!names.add(name)) {
                throw file.invalid("its header names " + name + " twice");
            }
            if (name.equals("__metadata__")) {
                readMetadata(json);
            } else {
                entries.add(readEntry(json, name));
                if (entries.size() > MOST_TENSORS) {
                    throw file.invalid("holds more than " + MOST_TENSORS + " tensors");
                }
            }
        }
        json.endObject();
        if (json.peek() != JsonToken.END_DOCUMENT) {
            throw file.invalid("something follows its header's JSON");
        }
    }

    /** Texts by key; whatever else somebody put there is passed over. */
    private void readMetadata(JsonReader json) throws IOException {
        if (json.peek() != JsonToken.BEGIN_OBJECT) {
            json.skipValue();
            return;
        }
        json.beginObject();
        while (json.hasNext()) {
            String key = json.nextName();
            if (json.peek() == JsonToken.STRING) {
                metadata.put(key, json.nextString());
            } else {
                json.skipValue();
            }
        }
        json.endObject();
    }

    private Entry readEntry(JsonReader json, String name) throws IOException {
        String type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        json.beginObject();
        while (json.hasNext()) {
            String field = json.nextName();
            if (field.equals("dtype") && type == null) {
                if (json.peek() != JsonToken.STRING) {
                    throw invalid(name, "has a dtype that is no text");
                }
                type = json.nextString();
            } else if (field.equals("shape") && shape == null) {
                shape = numbers(json, name, "shape", MOST_DIMENSIONS);
            } else if (field.equals("data_offsets") && offsets == null) {
                offsets = numbers(json, name, "data_offsets", 2);
            } else {
                throw invalid(name, "has an unknown or repeated field " + PrintableText.printable(field));
            }
        }
        json.endObject();
        if (type == null || shape == null || offsets == null || offsets.size() != 2) {
            throw invalid(name, "lacks its dtype, shape or data_offsets");
        }
        return new Entry(name, type, shape, offsets.get(0), offsets.get(1));
    }

    private List<Long> numbers(JsonReader json, String name, String field, int most) throws IOException {
        List<Long> numbers = new ArrayList<>();
        json.beginArray();
        while (json.hasNext()) {
            String number = json.peek() == JsonToken.NUMBER ? json.nextString() : "";
            if (!isWhole(number)) {
                throw invalid(
                        name,
                        "has " + field + " that are not whole numbers from 0 to 10^18"
                                + (number.isEmpty() ? "" : ": " + PrintableText.printable(number)));
            }
            if (numbers.size() == most) {
                throw invalid(name, "has more than " + most + " numbers in its " + field);
            }
            numbers.add(Long.valueOf(number));
        }
        json.endArray();
        return numbers;
    }

    /** Whether this is 0 or up to 18 digits; a file has thousands of them, so without a regular expression. */
    private static boolean isWhole(String number) {
        if (number.isEmpty() || number.length() > 18 || number.length() > 1 && number.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < number.length(); i++) {
            if (number.charAt(i) < '0' || number.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private void requireSeamless() {
        long next = 0;
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        for (Entry each : sorted) {
            if (each.begin() != next || each.end() < each.begin()) {
                throw invalid(
                        each.name(),
                        "lies at " + each.begin() + " to " + each.end() + ", expected it from " + next
                                + " on: tensors may not overlap or leave gaps");
            }
            next = each.end();
        }
        long present = file.size() - dataOffset;
        if (next > present) {
            Entry last = sorted.get(sorted.size() - 1);
            throw invalid(
                    last.name(),
                    "ends at byte " + next + " of the data, the file has " + present
                            + ": it is cut off (was the download complete?)");
        }
        if (next < present) {
            throw file.invalid("has " + (present - next) + " bytes after its last tensor");
        }
    }

    private TensorRecord record(Entry entry) {
        ElementType type = ElementType.bySafetensorsName(entry.typeName());
        long elements = 1;
        try {
            for (long size : entry.shape()) {
                elements = Math.multiplyExact(elements, size);
            }
            if (type != null && Math.multiplyExact(elements, (long) type.bytes()) != entry.end() - entry.begin()) {
                throw invalid(
                        entry.name(),
                        "of type " + entry.typeName() + " and shape "
                                + PrintableText.shape(entry.shape()) + " has " + (entry.end() - entry.begin())
                                + " bytes, expected "
                                + elements * type.bytes());
            }
        } catch (ArithmeticException e) {
            throw invalid(
                    entry.name(),
                    "of shape " + PrintableText.shape(entry.shape()) + " has more elements than can be counted");
        }
        if (type == null) {
            return TensorRecord.unreadable(entry.name(), entry.typeName(), entry.shape());
        }
        return TensorRecord.contiguous(
                entry.name(), type, entry.shape(), dataOffset + entry.begin(), entry.end() - entry.begin());
    }

    private RuntimeException invalid(String tensor, String problem) {
        return file.invalid(tensor + " " + problem);
    }
}
