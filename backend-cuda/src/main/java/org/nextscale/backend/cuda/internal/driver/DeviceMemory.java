package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.JCudaDriver;

/** One allocation of device memory, returned by closing it. Its owner sees to it that nothing uses it any more. */
public final class DeviceMemory implements AutoCloseable {
    private final Context context;
    private final Address address;
    private final DeviceBuffer all;
    private boolean closed;

    DeviceMemory(Context context, Address address, long bytes) {
        this.context = context;
        this.address = address;
        this.all = new DeviceBuffer(address.number(), bytes);
    }

    /** The whole of it. */
    public DeviceBuffer buffer() {
        if (closed) {
            throw new IllegalStateException("the device memory is closed");
        }
        return all;
    }

    /** The part that a plan of this size gave a name. */
    public DeviceBuffer buffer(MemoryPlan.Region region) {
        return buffer().slice(region.offset(), region.bytes());
    }

    /** Waits for what the GPU still does with it. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.makeCurrent();
            Errors.checkClosing("cuMemFree", JCudaDriver.cuMemFree(address));
        }
    }
}
