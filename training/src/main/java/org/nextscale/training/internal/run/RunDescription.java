package org.nextscale.training.internal.run;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a run is: a run that goes on must be the same one.
 *
 * @param trainer id of the trainer
 * @param parameters all its settings: booleans, whole numbers, numbers and texts by name
 * @param data where the images are; may change, its fingerprint may not
 * @param dataFingerprint stands for the images
 * @param version of the program that started it
 */
public record RunDescription(
        String trainer, Map<String, Object> parameters, String data, String dataFingerprint, String version) {

    public RunDescription {
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    }

    String toJson() {
        JsonObject json = new JsonObject();
        json.addProperty("trainer", trainer);
        JsonObject settings = new JsonObject();
        parameters.forEach((name, value) -> settings.add(name, primitive(value)));
        json.add("parameters", settings);
        json.addProperty("data", data);
        json.addProperty("dataFingerprint", dataFingerprint);
        json.addProperty("version", version);
        return new GsonBuilder()
                        .setPrettyPrinting()
                        .disableHtmlEscaping()
                        .create()
                        .toJson(json) + "\n";
    }

    /** The opposite of {@link #toJson}; an {@link IllegalArgumentException} if it is none. */
    static RunDescription parse(String text) {
        try {
            JsonObject json = JsonParser.parseString(text).getAsJsonObject();
            Map<String, Object> parameters = new LinkedHashMap<>();
            for (Map.Entry<String, JsonElement> each :
                    json.getAsJsonObject("parameters").entrySet()) {
                parameters.put(each.getKey(), value(each.getValue().getAsJsonPrimitive()));
            }
            return new RunDescription(
                    json.get("trainer").getAsString(),
                    parameters,
                    json.get("data").getAsString(),
                    json.get("dataFingerprint").getAsString(),
                    json.get("version").getAsString());
        } catch (JsonParseException
                | IllegalStateException
                | UnsupportedOperationException
                | NullPointerException
                | ClassCastException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static JsonPrimitive primitive(Object value) {
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(value.toString());
    }

    private static Object value(JsonPrimitive json) {
        if (json.isBoolean()) {
            return json.getAsBoolean();
        }
        if (json.isNumber()) {
            String digits = json.getAsString();
            if (digits.matches("-?[0-9]{1,18}")) {
                return Long.valueOf(digits);
            }
            return Double.valueOf(digits);
        }
        return json.getAsString();
    }

    /**
     * What keeps {@code wanted} from going on with this run, in words; empty if nothing does.
     *
     * @param free settings that may change
     */
    List<String> differences(RunDescription wanted, Set<String> free) {
        if (!trainer.equals(wanted.trainer)) {
            return List.of("it trains a " + trainer + ", not a " + wanted.trainer);
        }
        Set<String> names = new HashSet<>(parameters.keySet());
        names.addAll(wanted.parameters.keySet());
        names.removeAll(free);
        List<String> differences = changes(wanted, names);
        if (!dataFingerprint.equals(wanted.dataFingerprint)) {
            differences.add("the images in " + wanted.data + " are not those it began with (" + data + ")");
        }
        return differences;
    }

    /** Which of some settings are others in {@code wanted}, in words and by their names. */
    public List<String> changes(RunDescription wanted, Set<String> names) {
        List<String> changes = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            String before = shown(parameters.get(name));
            String now = shown(wanted.parameters.get(name));
            if (!before.equals(now)) {
                changes.add(name + " was " + before + ", now " + now);
            }
        }
        return changes;
    }

    private static String shown(Object value) {
        if (value == null) {
            return "unknown";
        }
        String text = value.toString();
        return text.isEmpty() ? "empty" : text;
    }
}
