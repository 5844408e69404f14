package org.nextscale.cli.internal.option;

import java.util.LinkedHashMap;
import java.util.Map;
import org.nextscale.api.InvalidInputException;

/**
 * A plugin as typed, {@code ID} or {@code ID:name=value,name=value}; the values are text still.
 *
 * @param values by name, in the order typed
 */
record ChoiceText(String id, Map<String, String> values) {

    /** @param kind for messages: {@code "sampler"} */
    static ChoiceText parse(String kind, String text) {
        int colon = text.indexOf(':');
        String id = (colon < 0 ? text : text.substring(0, colon)).strip();
        Map<String, String> values = new LinkedHashMap<>();
        if (colon >= 0) {
            for (String part : text.substring(colon + 1).split(",", -1)) {
                int equals = part.indexOf('=');
                if (equals <= 0) {
                    throw new InvalidInputException(
                            kind + " '" + text + "' must be of the form ID or ID:name=value,name=value");
                }
                values.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).strip());
            }
        }
        if (id.isEmpty()) {
            throw new InvalidInputException(kind + " '" + text + "' has no id: see nextscale samplers");
        }
        return new ChoiceText(id, values);
    }
}
