package org.nextscale.launcher;

import java.text.MessageFormat;
import java.util.ResourceBundle;

/**
 * What bundles and jars log ({@link System.Logger}), on standard error, a line each: standard output belongs to the command.
 * {@code -Dnextscale.log=debug|info|warning|error} says from which level on; warnings by default.
 */
public final class OneLineLog extends System.LoggerFinder {
    private static final System.Logger.Level LEAST = level();

    private static System.Logger.Level level() {
        return switch (System.getProperty("nextscale.log", "warning")) {
            case "debug" -> System.Logger.Level.DEBUG;
            case "info" -> System.Logger.Level.INFO;
            case "error" -> System.Logger.Level.ERROR;
            default -> System.Logger.Level.WARNING;
        };
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Log(name);
    }

    private record Log(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            return level != Level.OFF && level.getSeverity() >= LEAST.getSeverity();
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String message, Throwable thrown) {
            if (isLoggable(level)) {
                Terminal.say(message, thrown);
            }
        }

        @Override
        public void log(Level level, ResourceBundle bundle, String format, Object... parameters) {
            if (isLoggable(level)) {
                Terminal.say(parameters == null || parameters.length == 0 ? format : text(format, parameters));
            }
        }

        private static String text(String format, Object[] parameters) {
            try {
                return MessageFormat.format(format, parameters);
            } catch (IllegalArgumentException e) {
                return format; // a mistake in a message is no reason to fail whoever logs it
            }
        }
    }
}
