package org.nextscale.api;

/** A compute engine failed: it could not be loaded, ran out of memory, or went away. The message is for the user. */
public class BackendException extends NextscaleException {
    private static final long serialVersionUID = 1L;

    public BackendException(String message) {
        super(message);
    }

    public BackendException(String message, Throwable cause) {
        super(message, cause);
    }
}
