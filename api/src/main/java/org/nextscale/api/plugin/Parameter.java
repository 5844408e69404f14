package org.nextscale.api.plugin;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.nextscale.api.InvalidInputException;

/**
 * One setting that a plugin declares about itself. Command-line flags, help texts, JSON fields and validation are derived from
 * it, so declaring it is all a plugin does. Parameters of several plugins that have the same name share a flag: {@code --temperature}
 * goes to whichever sampler is chosen. Immutable.
 */
public final class Parameter {
    /** Between the values of a parameter that has one a scale. */
    private static final String SEPARATOR = ",";

    private static final int MOST_SCALES = 256;

    private final String name;
    private final Type type;
    private final double minimum;
    private final double maximum;
    private final List<String> choices;
    private final Object defaultValue;
    private final String help;
    private final boolean perScale;

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

    private Parameter(
            String name,
            Type type,
            double minimum,
            double maximum,
            List<String> choices,
            Object defaultValue,
            String help,
            boolean perScale) {
        if (!name.matches("[a-z][a-z0-9]*(-[a-z0-9]+)*")) {
            throw new IllegalArgumentException(
                    "parameter name '" + name + "' must be lower-case words joined by hyphens");
        }
        this.name = name;
        this.type = type;
        this.minimum = minimum;
        this.maximum = maximum;
        this.choices = List.copyOf(choices);
        this.help = help;
        this.perScale = perScale;
        this.defaultValue = parse(defaultValue);
    }

    /**
     * {@code true} or {@code false}.
     *
     * @param name lower-case words joined by hyphens, as in {@code top-k}; the flag is {@code --top-k}
     * @param help one line
     */
    public static Parameter flag(String name, boolean defaultValue, String help) {
        return new Parameter(name, Type.FLAG, 0, 1, List.of(), defaultValue, help, false);
    }

    /** A whole number; both bounds are inclusive, {@link Long#MIN_VALUE} and {@link Long#MAX_VALUE} are none. */
    public static Parameter integer(String name, long defaultValue, long minimum, long maximum, String help) {
        return new Parameter(name, Type.INTEGER, minimum, maximum, List.of(), defaultValue, help, false);
    }

    /** A real number; both bounds are inclusive, ±{@link Double#MAX_VALUE} are none. */
    public static Parameter number(String name, double defaultValue, double minimum, double maximum, String help) {
        return new Parameter(name, Type.NUMBER, minimum, maximum, List.of(), defaultValue, help, false);
    }

    /** One of some words. */
    public static Parameter choice(String name, String defaultValue, List<String> choices, String help) {
        return new Parameter(name, Type.CHOICE, 0, 0, choices, defaultValue, help, false);
    }

    /** Any text. */
    public static Parameter text(String name, String defaultValue, String help) {
        return new Parameter(name, Type.TEXT, 0, 0, List.of(), defaultValue, help, false);
    }

    /**
     * The same number, or another one at every scale: {@code 1.1,1.1,1} counts from the coarsest scale on, and the last value
     * holds for all finer ones; {@code 1.1x7,1} is 1.1 seven times, then 1.
     *
     * @throws IllegalStateException if it is no number
     */
    public Parameter perScale() {
        if (type != Type.INTEGER && type != Type.NUMBER) {
            throw new IllegalStateException(name + " is " + range() + "; only numbers can differ by scale");
        }
        return new Parameter(name, type, minimum, maximum, choices, defaultValue, help, true);
    }

    public String name() {
        return name;
    }

    public Type type() {
        return type;
    }

    /** Smallest value allowed; for {@link Type#INTEGER} and {@link Type#NUMBER}. */
    public double minimum() {
        return minimum;
    }

    /** Largest value allowed; for {@link Type#INTEGER} and {@link Type#NUMBER}. */
    public double maximum() {
        return maximum;
    }

    /** The words allowed; for {@link Type#CHOICE}, empty otherwise. */
    public List<String> choices() {
        return choices;
    }

    /** A {@link Boolean}, {@link Long}, {@link Double} or {@link String}, as the type says. */
    public Object defaultValue() {
        return defaultValue;
    }

    /** One line. */
    public String help() {
        return help;
    }

    /** Whether it may have a value of its own at every scale. */
    public boolean isPerScale() {
        return perScale;
    }

    /**
     * A value of this parameter from what a caller gave: text is parsed, numbers are converted.
     *
     * @return of the type's class; a {@link ScaleValues} where several were given for a parameter that takes one a scale
     * @throws InvalidInputException if it is not of the type or out of range; the message gives name, value and range
     */
    public Object parse(Object given) {
        String text = String.valueOf(given).strip();
        return perScale && (text.contains(SEPARATOR) || text.matches("[^x]+x\\d+")) ? several(text) : single(text);
    }

    private Object several(String text) {
        List<Object> values = new ArrayList<>();
        for (String part : text.split(SEPARATOR, -1)) {
            int times = part.lastIndexOf('x');
            String value = times < 0 ? part : part.substring(0, times);
            int count = times < 0 ? 1 : count(text, part.substring(times + 1));
            if (values.size() + count > MOST_SCALES) {
                throw new InvalidInputException(name + " has more than " + MOST_SCALES + " values");
            }
            Object parsed = single(value.strip());
            for (int i = 0; i < count; i++) {
                values.add(parsed);
            }
        }
        return values.stream().distinct().count() == 1 ? values.get(0) : new ScaleValues(values);
    }

    private int count(String text, String digits) {
        if (!digits.strip().matches("[1-9]\\d{0,2}")) {
            throw invalid(text);
        }
        return Integer.parseInt(digits.strip());
    }

    private Object single(String text) {
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
        String one = switch (type) {
            case FLAG -> "true or false";
            case INTEGER -> "a whole number" + bounds();
            case NUMBER -> "a number" + bounds();
            case CHOICE -> "one of " + String.join(", ", choices);
            case TEXT -> "text";
        };
        return perScale ? one + ", or one a scale" : one;
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

    @Override
    public String toString() {
        return name + "=" + defaultValue;
    }
}
