package org.nextscale.api.sampling;

import java.util.Objects;
import org.nextscale.api.plugin.ParameterValues;

/**
 * A computation that is fixed to the last bit, so that another device can do it in the place of who offers it. Immutable.
 */
public final class ExactAlgorithm {
    private final String name;
    private final ParameterValues values;

    private ExactAlgorithm(String name, ParameterValues values) {
        this.name = Objects.requireNonNull(name);
        this.values = Objects.requireNonNull(values);
    }

    /**
     * An algorithm and what it is told.
     *
     * @param name which one, with its version: {@code "multinomial/1"}
     * @param values a value for every parameter that the algorithm knows by that name
     */
    public static ExactAlgorithm of(String name, ParameterValues values) {
        return new ExactAlgorithm(name, values);
    }

    /** Which one, with its version. */
    public String name() {
        return name;
    }

    public ParameterValues values() {
        return values;
    }

    @Override
    public String toString() {
        return name + ":" + values;
    }
}
