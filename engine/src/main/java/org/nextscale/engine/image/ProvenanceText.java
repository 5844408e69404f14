package org.nextscale.engine.image;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;

/**
 * How an image says, in its own file, how it was made. Three texts: {@code Software}; {@code parameters}, a line that
 * people and other programs read; {@code nextscale}, the same as JSON, from which the image can be made again.
 */
public final class ProvenanceText {
    /** Keyword of the JSON text. */
    public static final String KEYWORD = "nextscale";

    private ProvenanceText() {}

    /**
     * The texts for {@link PngFile#write}.
     *
     * @param provenance as in {@link org.nextscale.api.generation.GeneratedImage#provenance()}, in order
     */
    public static Map<String, String> texts(Map<String, String> provenance) {
        JsonObject json = new JsonObject();
        provenance.forEach(json::addProperty);
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("Software", provenance.getOrDefault("software", "Nextscale"));
        texts.put(
                "parameters",
                provenance.entrySet().stream()
                        .map(e -> e.getKey() + ": " + e.getValue())
                        .collect(Collectors.joining(", ")));
        texts.put(KEYWORD, json.toString());
        return texts;
    }

    /**
     * What {@link #texts} stored in a file; empty for a PNG that Nextscale did not make.
     *
     * @throws InvalidInputException if the file is not a PNG, or damaged
     */
    public static Optional<Map<String, String>> read(Path file) {
        String json = PngFile.texts(file).get(KEYWORD);
        if (json == null) {
            return Optional.empty();
        }
        Map<String, String> provenance = new LinkedHashMap<>();
        try {
            for (Map.Entry<String, JsonElement> entry :
                    JsonParser.parseString(json).getAsJsonObject().entrySet()) {
                provenance.put(entry.getKey(), entry.getValue().getAsString());
            }
        } catch (JsonParseException | IllegalStateException | UnsupportedOperationException e) {
            throw new InvalidInputException(
                    file + " is damaged: its text '" + KEYWORD + "' is not what Nextscale wrote", e);
        }
        return Optional.of(provenance);
    }
}
