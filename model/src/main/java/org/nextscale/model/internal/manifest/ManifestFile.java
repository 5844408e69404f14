package org.nextscale.model.internal.manifest;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.ModelSpec;
import org.nextscale.api.model.ScalePyramid;
import org.nextscale.api.model.TokenizerSpec;
import org.nextscale.api.model.TransformerSpec;
import org.nextscale.model.description.FileDigest;
import org.nextscale.model.description.ModelManifest;
import org.nextscale.model.description.ModelOrigin;
import org.nextscale.model.internal.json.JsonFields;

/**
 * Reads and writes {@code model.json}. Its fields are named like those of the specs they fill. Version 2 names the types of
 * tokenizer and transformer; a model of the types that version 1 knows is written as version 1.
 */
public final class ManifestFile {
    public static final String NAME = "model.json";

    /** Names of the files of weights beside it, as this program writes them. */
    public static final String TOKENIZER = "tokenizer.safetensors";

    public static final String TRANSFORMER = "transformer.safetensors";
    private static final String FORMAT = "nextscale-model";
    private static final int VERSION = 1;

    /** Of models whose tokenizer or transformer is of another type than version 1 knows. */
    private static final int VERSION_WITH_TYPES = 2;

    private static final int MOST_PHIS = 256;

    private ManifestFile() {}

    public static ModelManifest parse(Path file, byte[] bytes) {
        JsonFields json = JsonFields.parse(file, bytes);
        if (!FORMAT.equals(json.text("format").orElse(null))) {
            throw json.invalid("is not the description of a Nextscale model: format is not " + FORMAT);
        }
        int version = json.required("formatVersion", json.integer("formatVersion"));
        if (version != VERSION && version != VERSION_WITH_TYPES) {
            throw json.invalid("has format version " + version + ", this program reads versions " + VERSION + " and "
                    + VERSION_WITH_TYPES);
        }
        try {
            TokenizerSpec tokenizer = tokenizer(json.object("tokenizer"));
            TransformerSpec transformer = transformer(json.object("transformer"), tokenizer);
            JsonFields files = json.object("files");
            return new ModelManifest(
                    json.required("name", json.text("name")),
                    json.text("description").orElse(""),
                    ModelSpec.of(tokenizer, transformer),
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
        return TokenizerSpec.builder()
                .type(json.text("type").orElse(TokenizerSpec.MULTI_SCALE_VQ))
                .parameters(json.textsByName("parameters").orElse(Map.of()))
                .channels(json.required("channels", json.integer("channels")))
                .channelMultipliers(json.required("channelMultipliers", json.integers("channelMultipliers")))
                .residualBlocks(json.required("residualBlocks", json.integer("residualBlocks")))
                .latentChannels(json.required("latentChannels", json.integer("latentChannels")))
                .vocabularySize(json.required("vocabularySize", json.integer("vocabularySize")))
                .phiCount(phiCount)
                .cosine(json.required("cosine", json.bool("cosine")))
                .build();
    }

    private static TransformerSpec transformer(JsonFields json, TokenizerSpec tokenizer) {
        return TransformerSpec.builder(json.required("depth", json.integer("depth")))
                .type(json.text("type").orElse(TransformerSpec.VAR))
                .width(json.required("width", json.integer("width")))
                .heads(json.required("heads", json.integer("heads")))
                .feedForward(json.required("feedForward", json.integer("feedForward")))
                .classes(json.required("classes", json.integer("classes")))
                .sharedAdaLn(json.required("sharedAdaLn", json.bool("sharedAdaLn")))
                .l2NormAttention(json.required("l2NormAttention", json.bool("l2NormAttention")))
                .tokens(tokenizer)
                .pyramid(new ScalePyramid(json.required("patchNums", json.integers("patchNums"))))
                .build();
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

    private static boolean namesTypes(ModelSpec spec) {
        return !spec.tokenizer().type().equals(TokenizerSpec.MULTI_SCALE_VQ)
                || !spec.tokenizer().parameters().isEmpty()
                || !spec.transformer().type().equals(TransformerSpec.VAR);
    }

    public static String write(ModelManifest manifest) {
        StringWriter text = new StringWriter();
        try (JsonWriter json = new JsonWriter(text)) {
            json.setIndent("  ");
            json.setHtmlSafe(false);
            json.beginObject();
            json.name("format").value(FORMAT);
            json.name("formatVersion").value(namesTypes(manifest.spec()) ? VERSION_WITH_TYPES : VERSION);
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
        if (!spec.type().equals(TokenizerSpec.MULTI_SCALE_VQ)
                || !spec.parameters().isEmpty()) {
            json.name("type").value(spec.type());
            json.name("parameters").beginObject();
            for (Map.Entry<String, String> each : spec.parameters().entrySet()) {
                json.name(each.getKey()).value(each.getValue());
            }
            json.endObject();
        }
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
        if (!spec.type().equals(TransformerSpec.VAR)) {
            json.name("type").value(spec.type());
        }
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
