package org.nextscale.benchmarks;

/** A measurement could not be made; the message is for the person who asked for it. */
final class BenchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
