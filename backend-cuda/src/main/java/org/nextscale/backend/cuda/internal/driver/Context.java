package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUcontext;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.nextscale.api.BackendException;
import org.nextscale.api.backend.MemoryNeed;

/**
 * A GPU in use: its primary context, which this process shares with other users of CUDA in it. Whatever is made through it
 * makes it current on the calling thread, so that any thread may call. Thread-safe; what it made is closed before it.
 */
public final class Context implements AutoCloseable {
    private final GpuDevice device;
    private final CUcontext handle = new CUcontext();
    private boolean closed;

    /** @throws BackendException if the driver refuses */
    public Context(GpuDevice device) {
        this.device = device;
        Errors.check(
                "cuDevicePrimaryCtxRetain",
                JCudaDriver.cuDevicePrimaryCtxRetain(handle, Driver.handle(device.index())));
    }

    public GpuDevice device() {
        return device;
    }

    /** Memory that nobody has allocated at this moment, in bytes. */
    public long freeBytes() {
        makeCurrent();
        long[] free = new long[1];
        Errors.check("cuMemGetInfo", JCudaDriver.cuMemGetInfo(free, new long[1]));
        return free[0];
    }

    /**
     * Memory of the GPU with anything in it.
     *
     * @throws BackendException if there is not that much, with the numbers
     */
    public DeviceMemory allocate(long bytes) {
        makeCurrent();
        Address address = new Address();
        int result = JCudaDriver.cuMemAlloc(address, bytes);
        if (result == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
            throw new BackendException(device.name() + " has no " + MemoryNeed.inWords(bytes) + " of memory, "
                    + MemoryNeed.inWords(freeBytes())
                    + " are free: a smaller batch, a smaller model or precision=bf16 needs less");
        }
        Errors.check("cuMemAlloc", result);
        return new DeviceMemory(this, address, bytes);
    }

    /** Memory of the host that the GPU copies from and to on its own. */
    public PinnedMemory pinned(int bytes) {
        return new PinnedMemory(this, bytes);
    }

    public Stream stream() {
        return new Stream(this);
    }

    /** A place for one stream after another. */
    public Event event() {
        return new Event(this);
    }

    /** Loads the kernels' code for this GPU. */
    public KernelModule kernels() {
        return new KernelModule(this);
    }

    /** The calling thread's calls are about this GPU from now on. */
    void makeCurrent() {
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the GPU's context is closed");
            }
        }
        Errors.check("cuCtxSetCurrent", JCudaDriver.cuCtxSetCurrent(handle));
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            Errors.checkClosing(
                    "cuDevicePrimaryCtxRelease", JCudaDriver.cuDevicePrimaryCtxRelease(Driver.handle(device.index())));
        }
    }
}
