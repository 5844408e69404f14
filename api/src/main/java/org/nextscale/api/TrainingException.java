package org.nextscale.api;

/** A run could not go on; the message says why and what is kept. */
public class TrainingException extends NextscaleException {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
