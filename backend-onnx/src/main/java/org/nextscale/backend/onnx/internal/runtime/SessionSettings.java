package org.nextscale.backend.onnx.internal.runtime;

/**
 * How sessions compute.
 *
 * @param threads threads of one computation, the caller's among them
 * @param spinning whether threads wait for work by spinning instead of sleeping
 * @param cuda whether operators that CUDA has run on the GPU; only after {@link Cuda#start} has found that it works
 */
public record SessionSettings(int threads, boolean spinning, boolean cuda) {

    /** On the CPU. */
    public SessionSettings(int threads, boolean spinning) {
        this(threads, spinning, false);
    }
}
