package org.nextscale.checkpoint.internal;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.nextscale.checkpoint.internal.storage.Nesting;
import org.nextscale.checkpoint.internal.storage.OpenedFile;
import org.nextscale.checkpoint.internal.storage.PositionalFile;
import org.nextscale.checkpoint.internal.storage.StoredTensors;
import org.nextscale.files.PrintableText;
import org.nextscale.files.Sha256;

/**
 * Opens a checkpoint of several files by its index, {@code model.safetensors.index.json}: a JSON object whose {@code weight_map}
 * names for every tensor the file that holds it. The files lie beside the index; what else is in them is passed over.
 */
final class ShardIndex {
    private static final String NAME = ".index.json";
    private static final int LARGEST = 32 << 20;
    private static final int MOST_TENSORS = 100_000;
    private static final int MOST_SHARDS = 1000;
    /** A plain file name, on any system: nothing that leads out of the folder. */
    private static final Pattern FILE_NAME = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N} ._+@=()-]{0,254}");

    private final PositionalFile file;
    /** File by tensor. */
    private final Map<String, String> places = new LinkedHashMap<>();

    private final Map<String, PositionalFile> files = new TreeMap<>();
    private final Map<String, OpenedFile> shards = new TreeMap<>();

    private ShardIndex(PositionalFile file) {
        this.file = file;
    }

    /** Whether a file is one by its name. */
    static boolean isNamed(Path path) {
        return path.getFileName().toString().endsWith(NAME);
    }

    static OpenedFile open(PositionalFile file) {
        ShardIndex index = new ShardIndex(file);
        try {
            return index.open();
        } catch (RuntimeException e) {
            index.files.values().forEach(PositionalFile::close);
            throw e;
        }
    }

    private OpenedFile open() {
        read();
        Map<String, StoredTensors> sources = new LinkedHashMap<>();
        places.forEach((tensor, name) -> {
            StoredTensors shard = shards.computeIfAbsent(name, this::openShard).all();
            if (!shard.contains(tensor)) {
                throw file.invalid("says that " + tensor + " is in " + name + ", which has no such tensor");
            }
            sources.put(tensor, shard);
        });
        return new OpenedFile(
                shards.values().iterator().next().format(),
                StoredTensors.of(file, sources),
                Nesting.of(sources.keySet()),
                shards.values().stream()
                        .flatMap(each -> each.strangers().stream())
                        .distinct()
                        .toList(),
                Map.of(),
                Optional.empty(),
                this::fingerprint,
                () -> shards.values().forEach(each -> each.integrity().run()),
                List.copyOf(files.values()));
    }

    private OpenedFile openShard(String name) {
        if (files.size() == MOST_SHARDS) {
            throw file.invalid("lists more than " + MOST_SHARDS + " files");
        }
        Path path = file.path().resolveSibling(name);
        if (!Files.isRegularFile(path)) {
            throw file.invalid("lists " + name + ", which is not beside it (was the download complete?)");
        }
        PositionalFile shard = PositionalFile.open(path);
        files.put(name, shard);
        return CheckpointFiles.openOne(shard);
    }

    private void read() {
        if (file.size() > LARGEST) {
            throw file.invalid("has " + file.size() + " bytes, more than " + LARGEST + " are not read of an index");
        }
        byte[] bytes = file.bytes(0, (int) file.size());
        try (Reader text = new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8.newDecoder());
                JsonReader json = new JsonReader(text)) {
            json.setStrictness(Strictness.STRICT);
            json.beginObject();
            while (json.hasNext()) {
                if (json.nextName().equals("weight_map")) {
                    readPlaces(json);
                } else {
                    json.skipValue();
                }
            }
            json.endObject();
            if (json.peek() != JsonToken.END_DOCUMENT) {
                throw file.invalid("has something after its JSON");
            }
        } catch (IOException | IllegalStateException e) {
            throw file.invalid("is not the JSON of an index: it breaks off or goes wrong "
                    + (places.isEmpty() ? "before its first tensor" : "after " + places.size() + " tensors"));
        }
        if (places.isEmpty()) {
            throw file.invalid("lists no tensors: an index has a weight_map from their names to files");
        }
    }

    private void readPlaces(JsonReader json) throws IOException {
        json.beginObject();
        while (json.hasNext()) {
            String tensor = json.nextName();
            if (!PrintableText.isName(tensor)) {
                throw file.invalid("a tensor's name in it is no printable text of at most 512 characters: "
                        + PrintableText.printable(tensor));
            }
            String shard = json.peek() == JsonToken.STRING ? json.nextString() : "";
            if (!FILE_NAME.matcher(shard).matches() || isNamed(Path.of(shard))) {
                throw file.invalid("says that " + tensor + " is in \"" + PrintableText.printable(shard)
                        + "\", which is no file of tensors in its folder");
            }
            if (places.put(tensor, shard) != null) {
                throw file.invalid("names " + tensor + " twice");
            }
            if (places.size() > MOST_TENSORS) {
                throw file.invalid("lists more than " + MOST_TENSORS + " tensors");
            }
        }
        json.endObject();
    }

    private String fingerprint() {
        Sha256 sum = new Sha256();
        places.forEach((tensor, shard) -> sum.add(tensor).add(shard));
        shards.forEach((name, shard) -> sum.add(name).add(shard.fingerprint().get()));
        return sum.hex();
    }
}
