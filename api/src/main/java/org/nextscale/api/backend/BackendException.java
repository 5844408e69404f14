package org.nextscale.api.backend;

/** A compute engine failed: it could not be loaded, ran out of memory, or went away. The message is for the user. */
public class BackendException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
