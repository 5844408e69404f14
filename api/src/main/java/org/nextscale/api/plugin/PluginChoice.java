package org.nextscale.api.plugin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;

/**
 * A plugin by id and what it is told: {@code multinomial:top-k=600,temperature=1.1}. Immutable; equal if all of it is, with
 * numbers and texts of the same digits taken for the same.
 */
public final class PluginChoice {
    private final String id;
    private final Map<String, Object> values;

    private PluginChoice(String id, Map<String, Object> values) {
        this.id = Objects.requireNonNull(id, "id");
        this.values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    /** The plugin of this id, with every parameter at its default. */
    public static PluginChoice of(String id) {
        return new PluginChoice(id, Map.of());
    }

    /** The plugin of this id, told these values by name; the others take their defaults. */
    public static PluginChoice of(String id, Map<String, ?> values) {
        return new PluginChoice(id, new TreeMap<>(values));
    }

    /**
     * From words: {@code ID} or {@code ID:name=value,name=value}. What follows a comma and holds no {@code =} belongs to the
     * value before it: {@code multinomial:temperature=1.1,1.0,top-k=600} has one temperature a scale.
     *
     * @param what is chosen, for messages: {@code "sampler"}
     * @throws InvalidInputException if it is not of that form
     */
    public static PluginChoice parse(String what, String text) {
        int colon = text.indexOf(':');
        String id = (colon < 0 ? text : text.substring(0, colon)).strip();
        if (id.isEmpty()) {
            throw invalid(what, text);
        }
        Map<String, Object> values = new LinkedHashMap<>();
        String name = null;
        for (String part : colon < 0 ? new String[0] : text.substring(colon + 1).split(",", -1)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                name = part.substring(0, equals).strip();
                values.put(name, part.substring(equals + 1).strip());
            } else if (equals == 0 || name == null || part.isBlank()) {
                throw invalid(what, text);
            } else {
                values.merge(name, part.strip(), (before, more) -> before + "," + more);
            }
        }
        return new PluginChoice(id, values);
    }

    private static InvalidInputException invalid(String what, String text) {
        return new InvalidInputException(what + " '" + text + "' must be ID or ID:name=value,name=value");
    }

    /** The same with one value more. */
    public PluginChoice with(String name, Object value) {
        Map<String, Object> more = new TreeMap<>(values);
        more.put(name, value);
        return new PluginChoice(id, more);
    }

    public String id() {
        return id;
    }

    /** Values by name, as text or of the parameter's own type; those not given take their defaults. */
    public Map<String, Object> values() {
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PluginChoice choice && toString().equals(choice.toString());
    }

    @Override
    public int hashCode() {
        return toString().hashCode();
    }

    /** What {@link #parse} takes. */
    @Override
    public String toString() {
        return id
                + values.entrySet().stream()
                        .map(each -> each.getKey() + "=" + each.getValue())
                        .collect(Collectors.joining(",", values.isEmpty() ? "" : ":", ""));
    }
}
