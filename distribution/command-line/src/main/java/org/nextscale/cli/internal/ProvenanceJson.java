package org.nextscale.cli.internal;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Map;
import java.util.Set;

/** What is said about an image, as JSON with the same keys: numbers are numbers and truths truths where the key stands for one. */
public final class ProvenanceJson {
    private static final Set<String> NUMBERS =
            Set.of("seed", "image", "class", "edit-composite-feather", "grid", "zoom", "scales");

    private ProvenanceJson() {}

    public static JsonObject of(Map<String, String> provenance) {
        JsonObject json = new JsonObject();
        provenance.forEach((key, text) -> {
            boolean typed = NUMBERS.contains(key) || key.startsWith("sampler.") || key.startsWith("guidance.");
            json.add(key, typed ? typed(text) : new JsonPrimitive(text));
        });
        return json;
    }

    private static JsonPrimitive typed(String text) {
        if (text.equals("true") || text.equals("false")) {
            return new JsonPrimitive(Boolean.parseBoolean(text));
        }
        try {
            return new JsonPrimitive(Long.parseLong(text));
        } catch (NumberFormatException notWhole) {
            try {
                return Json.value(Double.parseDouble(text));
            } catch (NumberFormatException notANumber) {
                return new JsonPrimitive(text);
            }
        }
    }
}
