package org.nextscale.backend.onnx.internal.runtime;

/**
 * How sessions compute.
 *
 * @param threads threads of one computation, the caller's among them
 * @param spinMicroseconds how long a thread without work spins before it sleeps
 */
public record SessionSettings(int threads, int spinMicroseconds) {}
