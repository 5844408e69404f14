package org.nextscale.model.internal.json;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.PrintableText;
import org.nextscale.model.internal.text.SmallText;

/** A JSON object of a small file, read field by field; what is wrong is said with the file's and the field's name. */
public final class JsonFields {
    private static final int MOST_NUMBERS = 256;

    private final String where;
    private final JsonObject object;

    private JsonFields(String where, JsonObject object) {
        this.where = where;
        this.object = object;
    }

    /** Parses a file's bytes, which must be one JSON object in UTF-8. */
    public static JsonFields parse(Path path, byte[] bytes) {
        String text = SmallText.decode(path, bytes);
        JsonSyntax.require(path, text);
        JsonElement parsed;
        try {
            JsonReader reader = new JsonReader(new StringReader(text));
            reader.setStrictness(Strictness.STRICT);
            parsed = JsonParser.parseReader(reader);
        } catch (JsonParseException | NumberFormatException e) {
            throw new InvalidInputException(path + ": is not JSON that can be read", e);
        }
        if (parsed instanceof JsonObject object) {
            return new JsonFields(path.toString(), object);
        }
        throw new InvalidInputException(path + ": is not a JSON object");
    }

    public Optional<Integer> integer(String name) {
        return field(name, "a whole number", JsonFields::asInteger);
    }

    public Optional<Long> longInteger(String name) {
        return field(name, "a whole number", JsonFields::asLong);
    }

    public Optional<Boolean> bool(String name) {
        return field(
                name,
                "true or false",
                (element, unused) ->
                        element instanceof JsonPrimitive value && value.isBoolean() ? value.getAsBoolean() : null);
    }

    /** One printable line. */
    public Optional<String> text(String name) {
        return field(name, "a printable line of text", JsonFields::asText);
    }

    /** A short list: at most 256 numbers. */
    public Optional<List<Integer>> integers(String name) {
        Optional<List<Integer>> numbers = list(name, "a list of whole numbers", JsonFields::asInteger);
        if (numbers.isPresent() && numbers.get().size() > MOST_NUMBERS) {
            throw invalid(name + " has more than " + MOST_NUMBERS + " entries");
        }
        return numbers;
    }

    public Optional<List<String>> texts(String name) {
        return list(name, "a list of printable lines of text", JsonFields::asText);
    }

    /** Printable lines of text by their names; numbers and truths count as their words. */
    public Optional<Map<String, String>> textsByName(String name) {
        return field(name, "an object of plain values", (element, unused) -> {
            if (!(element instanceof JsonObject fields)) {
                return null;
            }
            Map<String, String> texts = new TreeMap<>();
            for (Map.Entry<String, JsonElement> each : fields.entrySet()) {
                boolean plain = each.getValue() instanceof JsonPrimitive value
                        && PrintableText.isPrintable(value.getAsString())
                        && PrintableText.isName(each.getKey());
                if (!plain) {
                    return null;
                }
                texts.put(each.getKey(), each.getValue().getAsString());
            }
            return texts;
        });
    }

    /** An object in this one; an exception if there is none. */
    public JsonFields object(String name) {
        return field(
                        name,
                        "an object",
                        (element, unused) ->
                                element instanceof JsonObject value ? new JsonFields(where + ": " + name, value) : null)
                .orElseThrow(() -> missing(name));
    }

    public Optional<List<JsonFields>> objects(String name) {
        return list(
                name,
                "a list of objects",
                (element, unused) ->
                        element instanceof JsonObject value ? new JsonFields(where + ": " + name, value) : null);
    }

    /** What a field that must be there holds. */
    public <T> T required(String name, Optional<T> value) {
        return value.orElseThrow(() -> missing(name));
    }

    InvalidInputException missing(String name) {
        return new InvalidInputException(where + ": " + name + " is missing");
    }

    public InvalidInputException invalid(String problem) {
        return new InvalidInputException(where + ": " + problem);
    }

    private <T> Optional<T> field(String name, String expected, BiFunction<JsonElement, String, T> convert) {
        JsonElement element = object.get(name);
        if (element == null || element.isJsonNull()) {
            return Optional.empty();
        }
        T value = convert.apply(element, name);
        if (value == null) {
            throw invalid(name + " is not " + expected);
        }
        return Optional.of(value);
    }

    private <T> Optional<List<T>> list(String name, String expected, BiFunction<JsonElement, String, T> convert) {
        return field(name, expected, (element, unused) -> {
            if (!(element instanceof JsonArray array)) {
                return null;
            }
            List<T> values = new ArrayList<>();
            for (JsonElement each : array) {
                T value = convert.apply(each, name);
                if (value == null) {
                    return null;
                }
                values.add(value);
            }
            return List.copyOf(values);
        });
    }

    private static String asText(JsonElement element, String name) {
        boolean good = element instanceof JsonPrimitive value
                && value.isString()
                && PrintableText.isPrintable(value.getAsString());
        return good ? element.getAsString() : null;
    }

    private static Integer asInteger(JsonElement element, String name) {
        Long value = asLong(element, name);
        return value == null || value != value.intValue() ? null : value.intValue();
    }

    private static Long asLong(JsonElement element, String name) {
        if (element instanceof JsonPrimitive value && value.isNumber()) {
            String digits = value.getAsString();
            return digits.matches("-?[0-9]{1,18}") ? Long.valueOf(digits) : null;
        }
        return null;
    }
}
