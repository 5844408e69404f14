package org.nextscale.engine.model;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;

/** Reads and writes {@code model.json}, version 1. Its fields are named like the components of the records they fill. */
final class ManifestFile {
    static final String NAME = "model.json";
    private static final String FORMAT = "nextscale-model";
    private static final int VERSION = 1;
    private static final int MOST_PHIS = 256;

    private ManifestFile() {}

    static ModelManifest parse(Path file, byte[] bytes) {
        JsonFields json = JsonFields.parse(file, bytes);
        if (!FORMAT.equals(json.text("format").orElse(null))) {
            throw json.invalid("is not the description of a Nextscale model: format is not " + FORMAT);
        }
        int version = json.required("formatVersion", json.integer("formatVersion"));
        if (version != VERSION) {
            throw json.invalid("has format version " + version + ", this program reads version " + VERSION);
        }
        try {
            TokenizerSpec tokenizer = tokenizer(json.object("tokenizer"));
            TransformerSpec transformer = transformer(json.object("transformer"), tokenizer);
            JsonFields files = json.object("files");
            return new ModelManifest(
                    json.required("name", json.text("name")),
                    json.text("description").orElse(""),
                    new ModelSpec(tokenizer, transformer),
                    dataType(json),
                    json.texts("classNames").orElse(List.of()),
                    digest(files.object("tokenizer")),
                    digest(files.object("transformer")),
                    origin(json.object("origin")));
        } catch (InvalidInputException e) {
            String message = e.getMessage();
            throw message.startsWith(file.toString()) ? e : new InvalidInputException(file + ": " + message, e);
        }
    }

    private static TokenizerSpec tokenizer(JsonFields json) {
        int phiCount = json.required("phiCount", json.integer("phiCount"));
        if (phiCount > MOST_PHIS) {
            throw json.invalid("phiCount is " + phiCount + ", more than " + MOST_PHIS + " are not read");
        }
        return new TokenizerSpec(
                json.required("channels", json.integer("channels")),
                json.required("channelMultipliers", json.integers("channelMultipliers")),
                json.required("residualBlocks", json.integer("residualBlocks")),
                json.required("latentChannels", json.integer("latentChannels")),
                json.required("vocabularySize", json.integer("vocabularySize")),
                phiCount,
                json.required("cosine", json.bool("cosine")));
    }

    private static TransformerSpec transformer(JsonFields json, TokenizerSpec tokenizer) {
        return new TransformerSpec(
                json.required("depth", json.integer("depth")),
                json.required("width", json.integer("width")),
                json.required("heads", json.integer("heads")),
                json.required("feedForward", json.integer("feedForward")),
                json.required("classes", json.integer("classes")),
                json.required("sharedAdaLn", json.bool("sharedAdaLn")),
                json.required("l2NormAttention", json.bool("l2NormAttention")),
                tokenizer.latentChannels(),
                tokenizer.vocabularySize(),
                new ScalePyramid(json.required("patchNums", json.integers("patchNums"))));
    }

    private static DataType dataType(JsonFields json) {
        String name = json.required("dataType", json.text("dataType"));
        for (DataType type : DataType.values()) {
            if (type.name().equals(name) && type != DataType.I64) {
                return type;
            }
        }
        throw json.invalid("dataType is not F32, F16 or BF16");
    }

    private static FileDigest digest(JsonFields json) {
        String name = json.required("name", json.text("name"));
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,120}")) {
            throw json.invalid("name is not a plain file name");
        }
        return new FileDigest(
                name, json.required("bytes", json.longInteger("bytes")), json.required("sha256", json.text("sha256")));
    }

    private static ModelOrigin origin(JsonFields json) {
        return new ModelOrigin(
                json.required("operation", json.text("operation")),
                json.required("tool", json.text("tool")),
                json.objects("sources").orElse(List.of()).stream()
                        .map(source -> new FileDigest(
                                source.required("name", source.text("name")),
                                source.required("bytes", source.longInteger("bytes")),
                                source.required("sha256", source.text("sha256"))))
                        .toList(),
                json.longInteger("seed").map(OptionalLong::of).orElse(OptionalLong.empty()));
    }

    static String write(ModelManifest manifest) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.setHtmlSafe(false);
            json.beginObject();
            json.name("format").value(FORMAT);
            json.name("formatVersion").value(VERSION);
            json.name("name").value(manifest.name());
            json.name("description").value(manifest.description());
            writeTokenizer(json, manifest.spec().tokenizer());
            writeTransformer(json, manifest.spec().transformer());
            json.name("dataType").value(manifest.dataType().name());
            json.name("classNames").beginArray();
            for (String each : manifest.classNames()) {
                json.value(each);
            }
            json.endArray();
            json.name("files").beginObject();
            json.name("tokenizer");
            writeDigest(json, manifest.tokenizer());
            json.name("transformer");
            writeDigest(json, manifest.transformer());
            json.endObject();
            writeOrigin(json, manifest.origin());
            json.endObject();
        } catch (IOException e) {
            throw new AssertionError("a StringWriter does not fail", e);
        }
        return text + "\n";
    }

    private static void writeTokenizer(JsonWriter json, TokenizerSpec spec) throws IOException {
        json.name("tokenizer").beginObject();
        json.name("channels").value(spec.channels());
        json.name("channelMultipliers").jsonValue(spec.channelMultipliers().toString());
        json.name("residualBlocks").value(spec.residualBlocks());
        json.name("latentChannels").value(spec.latentChannels());
        json.name("vocabularySize").value(spec.vocabularySize());
        json.name("phiCount").value(spec.phiCount());
        json.name("cosine").value(spec.cosine());
        json.endObject();
    }

    private static void writeTransformer(JsonWriter json, TransformerSpec spec) throws IOException {
        json.name("transformer").beginObject();
        json.name("depth").value(spec.depth());
        json.name("width").value(spec.width());
        json.name("heads").value(spec.heads());
        json.name("feedForward").value(spec.feedForward());
        json.name("classes").value(spec.classes());
        json.name("sharedAdaLn").value(spec.sharedAdaLn());
        json.name("l2NormAttention").value(spec.l2NormAttention());
        json.name("patchNums").jsonValue(spec.pyramid().patchNums().toString());
        json.endObject();
    }

    private static void writeDigest(JsonWriter json, FileDigest digest) throws IOException {
        json.beginObject();
        json.name("name").value(digest.name());
        json.name("bytes").value(digest.bytes());
        json.name("sha256").value(digest.sha256());
        json.endObject();
    }

    private static void writeOrigin(JsonWriter json, ModelOrigin origin) throws IOException {
        json.name("origin").beginObject();
        json.name("operation").value(origin.operation());
        json.name("tool").value(origin.tool());
        json.name("sources").beginArray();
        for (FileDigest each : origin.sources()) {
            writeDigest(json, each);
        }
        json.endArray();
        if (origin.seed().isPresent()) {
            json.name("seed").value(origin.seed().getAsLong());
        }
        json.endObject();
    }
}
