package org.nextscale.api;

/**
 * Something the caller handed in cannot be used: a file, a name, a parameter, a request. The message says in one line
 * what was wrong, where, and what to do; programs print it as it is and exit with code 2.
 */
public class InvalidInputException extends NextscaleException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
