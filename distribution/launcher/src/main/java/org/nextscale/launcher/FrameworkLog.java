package org.nextscale.launcher;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;

/** Sends the framework's messages to standard error, one line each: standard output belongs to the command. */
final class FrameworkLog extends Logger {

    /** The level that {@code -Dnextscale.log=error|warning|info|debug} asks for; errors alone by default. */
    static int requestedLevel() {
        return switch (System.getProperty("nextscale.log", "error")) {
            case "debug" -> LOG_DEBUG;
            case "info" -> LOG_INFO;
            case "warning" -> LOG_WARNING;
            default -> LOG_ERROR;
        };
    }

    @Override
    @SuppressWarnings("rawtypes") // as the framework declares it
    protected void doLog(Bundle bundle, ServiceReference service, int level, String message, Throwable throwable) {
        Terminal.say("framework: " + message, throwable);
    }
}
