package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUdeviceptr;

/** A pointer to device memory whose number can be read: kernels' arguments are numbers. */
final class Address extends CUdeviceptr {
    private static final CUdeviceptr ZERO = new CUdeviceptr();

    Address() {}

    long number() {
        return getNativePointer() + getByteOffset();
    }

    /** What JCuda's copies take. */
    static CUdeviceptr of(DeviceBuffer buffer) {
        return ZERO.withByteOffset(buffer.address());
    }
}
