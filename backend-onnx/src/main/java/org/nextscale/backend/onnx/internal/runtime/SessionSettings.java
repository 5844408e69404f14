package org.nextscale.backend.onnx.internal.runtime;

/**
 * How sessions compute.
 *
 * @param threads threads of one computation, the caller's among them
 * @param spinning whether threads wait for work by spinning instead of sleeping
 */
public record SessionSettings(int threads, boolean spinning) {}
