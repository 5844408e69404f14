package org.nextscale.cli.internal.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.plugin.Parameter;

/** Declared parameters as JSON, with the names of {@link Parameter}'s own fields. */
public final class ParameterJson {
    private ParameterJson() {}

    public static JsonArray of(List<Parameter> parameters) {
        JsonArray array = new JsonArray();
        for (Parameter parameter : parameters) {
            JsonObject json = Json.object(
                    "name", parameter.name(), "type", parameter.type().name().toLowerCase(Locale.ROOT));
            if (parameter.type() == Parameter.Type.INTEGER) {
                json.addProperty("minimum", (long) parameter.minimum());
                json.addProperty("maximum", (long) parameter.maximum());
            }
            if (parameter.type() == Parameter.Type.NUMBER) {
                json.add("minimum", Json.value(parameter.minimum()));
                json.add("maximum", Json.value(parameter.maximum()));
            }
            if (parameter.type() == Parameter.Type.CHOICE) {
                json.add("choices", Json.array(parameter.choices()));
            }
            json.add("default", Json.value(parameter.defaultValue()));
            json.addProperty("help", parameter.help());
            array.add(json);
        }
        return array;
    }
}
