package org.nextscale.api.plugin;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.Scale;

/** A value for every parameter that something declares: what was given, checked, and defaults for the rest. Immutable. */
public final class ParameterValues {
    private final Map<String, Object> values;

    private ParameterValues(Map<String, Object> values) {
        this.values = values;
    }

    /**
     * Checks what was given against what is declared.
     *
     * @param owner who declares them, for messages: {@code "sampler multinomial"}
     * @param given values by name, as text or as the parameter's own type
     * @throws InvalidInputException for a name that is not declared or a value that is not allowed
     */
    public static ParameterValues of(String owner, List<Parameter> declared, Map<String, ?> given) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Parameter parameter : declared) {
            Object value = given.get(parameter.name());
            values.put(parameter.name(), value == null ? parameter.defaultValue() : parse(owner, parameter, value));
        }
        for (String name : given.keySet()) {
            if (!values.containsKey(name)) {
                throw new InvalidInputException(owner + " has no parameter " + name + "; it has "
                        + (declared.isEmpty()
                                ? "none"
                                : declared.stream().map(Parameter::name).collect(Collectors.joining(", "))));
            }
        }
        return new ParameterValues(values);
    }

    private static Object parse(String owner, Parameter parameter, Object value) {
        try {
            return parameter.parse(value);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(owner + ": " + e.getMessage());
        }
    }

    public boolean flag(String name) {
        return (Boolean) value(name);
    }

    public long integer(String name) {
        return (Long) single(name);
    }

    /** The value at a scale, for a parameter that may have one each. */
    public long integer(String name, Scale scale) {
        return (Long) at(name, scale);
    }

    public double number(String name) {
        return (Double) single(name);
    }

    /** The value at a scale, for a parameter that may have one each. */
    public double number(String name, Scale scale) {
        return (Double) at(name, scale);
    }

    public String choice(String name) {
        return (String) value(name);
    }

    public String text(String name) {
        return (String) value(name);
    }

    /** Whether any of them differs from scale to scale. */
    public boolean differByScale() {
        return values.values().stream().anyMatch(ScaleValues.class::isInstance);
    }

    /** All values by name, in the order declared, as {@link Parameter#parse} gives them. */
    public Map<String, Object> asMap() {
        return Collections.unmodifiableMap(values);
    }

    private Object at(String name, Scale scale) {
        Object value = value(name);
        return value instanceof ScaleValues each ? each.at(scale.index()) : value;
    }

    private Object single(String name) {
        Object value = value(name);
        if (value instanceof ScaleValues) {
            throw new IllegalStateException("parameter " + name + " has one value a scale: " + value);
        }
        return value;
    }

    private Object value(String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "parameter " + name + " was never declared; declared: " + values.keySet());
        }
        return value;
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(e -> e.getKey() + "=" + e.getValue())
                .collect(Collectors.joining(","));
    }
}
