package org.nextscale.api.generation;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * A plugin by id and what it is told: a sampler or a guidance with its parameters. Immutable.
 *
 * @param values parameter values by name; those not given take their defaults
 */
public record Choice(String id, Map<String, Object> values) {

    public Choice {
        values = Collections.unmodifiableMap(new TreeMap<>(values));
    }

    public static Choice of(String id) {
        return new Choice(id, Map.of());
    }

    public Choice with(String name, Object value) {
        Map<String, Object> more = new TreeMap<>(values);
        more.put(name, value);
        return new Choice(id, more);
    }
}
