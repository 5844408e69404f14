package org.nextscale.backend.onnx.internal.runtime;

/**
 * How sessions compute.
 *
 * @param threads threads of one computation, the caller's among them
 * @param spinMicroseconds how long a thread without work spins before it sleeps
 * @param cuda whether operators that CUDA has run on the GPU; only after {@link Cuda#start} has found that it works
 */
public record SessionSettings(int threads, int spinMicroseconds, boolean cuda) {

    /** On the CPU. */
    public SessionSettings(int threads, int spinMicroseconds) {
        this(threads, spinMicroseconds, false);
    }
}
