package org.nextscale.launcher;

/** Nextscale cannot start. The message is one line for the person at the terminal. */
public final class LaunchException extends Exception {

    private static final long serialVersionUID = 1L;

    LaunchException(String message) {
        super(message);
    }

    LaunchException(String message, Throwable cause) {
        super(message, cause);
    }
}
