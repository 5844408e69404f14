package org.nextscale.api.plugin;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A parameter's values by scale, from the coarsest on; the last holds for all finer scales. Immutable.
 *
 * @param values {@link Long}s or {@link Double}s, at least two
 */
record ScaleValues(List<Object> values) {
    ScaleValues {
        values = List.copyOf(values);
    }

    Object at(int scale) {
        return values.get(Math.min(scale, values.size() - 1));
    }

    /** What {@link Parameter#parse} reads. */
    @Override
    public String toString() {
        return values.stream().map(Object::toString).collect(Collectors.joining(","));
    }
}
