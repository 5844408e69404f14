package org.nextscale.cli.internal.text;

import org.nextscale.api.plugin.Parameter;

/** Declared parameters in words, the same in every list and help text. */
public final class ParameterText {
    private ParameterText() {}

    /** {@code keep the k codes that score highest; a whole number from 0 to 4096; default 900}. */
    public static String of(Parameter parameter) {
        return parameter.help() + "; " + range(parameter) + "; default " + value(parameter.defaultValue());
    }

    /** Without the dots, at which a line would be broken. */
    private static String range(Parameter parameter) {
        return switch (parameter.type()) {
            case INTEGER, NUMBER -> parameter.range().replace(" in ", " from ").replace("..", " to ");
            default -> parameter.range();
        };
    }

    private static String value(Object value) {
        return value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString(number.longValue())
                : String.valueOf(value);
    }
}
