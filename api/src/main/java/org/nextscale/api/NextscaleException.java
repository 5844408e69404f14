package org.nextscale.api;

/**
 * Something did not work, and the message says in one line what, where, and what to do. All exceptions that a program need
 * tell its user apart are subclasses: {@link InvalidInputException}, {@link FileException}, {@link BackendException},
 * {@link PluginException}, {@link TrainingException}. Whoever stopped the work himself gets a
 * {@link java.util.concurrent.CancellationException} instead.
 */
public class NextscaleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NextscaleException(String message) {
        super(message);
    }

    public NextscaleException(String message, Throwable cause) {
        super(message, cause);
    }
}
