package org.nextscale.api;

/** A file could not be read or written although nothing is wrong with what was asked for: the disk is full, or failed. */
public class FileException extends NextscaleException {
    private static final long serialVersionUID = 1L;

    public FileException(String message) {
        super(message);
    }

    public FileException(String message, Throwable cause) {
        super(message, cause);
    }
}
