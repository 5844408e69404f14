package org.nextscale.image;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Provenance;

/**
 * How an image says, in its own file, how it was made. Three texts: {@code Software}; {@code parameters}, a line that
 * people and other programs read; {@code nextscale}, the same as JSON, from which the image can be made again.
 */
public final class ProvenanceText {
    /** Keyword of the JSON text. */
    public static final String KEYWORD = "nextscale";

    private ProvenanceText() {}

    /** The texts for {@link PngFile#write}. */
    public static Map<String, String> texts(Provenance provenance) {
        JsonObject json = new JsonObject();
        provenance.entries().forEach(json::addProperty);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("Software", provenance.software().isEmpty() ? "Nextscale" : provenance.software());
        texts.put("parameters", provenance.toString());
        texts.put(KEYWORD, json.toString());
        return texts;
    }

    /**
     * What {@link #texts} stored in a file; empty for a PNG that Nextscale did not make.
     *
     * @throws InvalidInputException if the file is not a PNG, or damaged
     */
    public static Optional<Provenance> read(Path file) {
        String json = PngFile.texts(file).get(KEYWORD);
        if (json == null) {
            return Optional.empty();
        }
        Map<String, String> entries = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonElement> entry :
                    JsonParser.parseString(json).getAsJsonObject().entrySet()) {
                entries.put(entry.getKey(), entry.getValue().getAsString());
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            throw new InvalidInputException(
                    file + " is damaged: its text '" + KEYWORD + "' is not what Nextscale wrote", e);
        }
        return Optional.of(Provenance.parse(file.toString(), entries));
    }
}
