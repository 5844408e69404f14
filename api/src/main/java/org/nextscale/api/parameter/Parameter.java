package org.nextscale.api.parameter;

import java.util.List;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;

/**
 * One setting that a sampler, a guidance, a backend or a trainer declares about itself. Command-line flags, help texts, JSON fields
 * and validation are derived from it, so declaring it is all a plugin does. Immutable.
 *
 * @param name lower-case words joined by hyphens, as in {@code top-k}; the flag is {@code --top-k}
 * @param type what values it takes
 * @param minimum smallest value allowed, inclusive; for {@link Type#INTEGER} and {@link Type#NUMBER}
 * @param maximum largest value allowed, inclusive
 * @param choices the values allowed; for {@link Type#CHOICE}, empty otherwise
 * @param defaultValue a {@link Boolean}, {@link Long}, {@link Double} or {@link String} as {@code type} says
 * @param help one line
 */
public record Parameter(
        String name,
        Type type,
        double minimum,
        double maximum,
        List<String> choices,
        Object defaultValue,
        String help) {

    /** What values a parameter takes. */
    public enum Type {
        /** {@code true} or {@code false}, a {@link Boolean}. */
        FLAG,
        /** A whole number, a {@link Long}. */
        INTEGER,
        /** A real number, a {@link Double}. */
        NUMBER,
        /** One of a list of words, a {@link String}. */
        CHOICE,
        /** Any text, a path for instance, a {@link String}; often empty by default. */
        TEXT
    }

    public Parameter {
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "parameter name '" + name + "' must be lower-case words joined by hyphens");
        }
        choices = List.copyOf(choices);
    }

    public static Parameter flag(String name, boolean defaultValue, String help) {
        return new Parameter(name, Type.FLAG, 0, 1, List.of(), defaultValue, help).checked();
    }

    public static Parameter integer(String name, long defaultValue, long minimum, long maximum, String help) {
        return new Parameter(name, Type.INTEGER, minimum, maximum, List.of(), defaultValue, help).checked();
    }

    public static Parameter number(String name, double defaultValue, double minimum, double maximum, String help) {
        return new Parameter(name, Type.NUMBER, minimum, maximum, List.of(), defaultValue, help).checked();
    }

    public static Parameter choice(String name, String defaultValue, List<String> choices, String help) {
        return new Parameter(name, Type.CHOICE, 0, 0, choices, defaultValue, help).checked();
    }

    public static Parameter text(String name, String defaultValue, String help) {
        return new Parameter(name, Type.TEXT, 0, 0, List.of(), defaultValue, help).checked();
    }

    /**
     * A value of this parameter from what a caller gave: text is parsed, numbers are converted.
     *
     * @throws InvalidInputException if it is not of the type or out of range; the message gives name, value and range
     */
    public Object parse(Object given) {
        String text = String.valueOf(given).strip();
        return switch (type) {
            case FLAG -> parseFlag(text);
            case INTEGER -> parseInteger(text);
            case NUMBER -> parseNumber(text);
            case CHOICE -> {
                if (!choices.contains(text)) {
                    throw invalid(text);
                }
                yield text;
            }
            case TEXT -> text;
        };
    }

    /** What values are allowed, in words: {@code "a number in 0..1"}. */
    public String range() {
        return switch (type) {
            case FLAG -> "true or false";
            case INTEGER -> "a whole number" + bounds();
            case NUMBER -> "a number" + bounds();
            case CHOICE -> "one of " + String.join(", ", choices);
            case TEXT -> "text";
        };
    }

    private String bounds() {
        boolean below = minimum == -Double.MAX_VALUE || minimum == Long.MIN_VALUE;
        boolean above = maximum == Double.MAX_VALUE || maximum == Long.MAX_VALUE;
        if (below && above) {
            return "";
        }
        if (above) {
            return ", at least " + shortNumber(minimum);
        }
        return below
                ? ", at most " + shortNumber(maximum)
                : " in " + shortNumber(minimum) + ".." + shortNumber(maximum);
    }

    private static String shortNumber(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private Object parseFlag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw invalid(text);
        };
    }

    private Object parseInteger(String text) {
        try {
            long value = Long.parseLong(text);
            if (value >= minimum && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
        throw invalid(text);
    }

    private Object parseNumber(String text) {
        try {
            double value = Double.parseDouble(text);
            if (value >= minimum && value <= maximum) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
        throw invalid(text);
    }

    private InvalidInputException invalid(String text) {
        return new InvalidInputException(name + " is '" + text + "', must be " + range());
    }

    private Parameter checked() {
        parse(defaultValue);
        return this;
    }
}
