package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUgraph;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * Work that the GPU does in order. Everything here returns at once but {@link #synchronize}, where errors of what was put
 * on the stream come up too. For one thread at a time.
 */
public final class Stream implements AutoCloseable {
    private final Context context;
    private final CUstream handle = new CUstream();
    private boolean closed;

    Stream(Context context) {
        this.context = context;
        context.makeCurrent();
        Errors.check("cuStreamCreate", JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING));
    }

    /** Copies the beginning of pinned memory, as much as the target holds; leave it as it is until then. */
    public void upload(PinnedMemory source, DeviceBuffer target) {
        context.makeCurrent();
        Errors.check(
                "cuMemcpyHtoDAsync",
                JCudaDriver.cuMemcpyHtoDAsync(
                        Address.of(target), source.pointer(0, target.bytes()), target.bytes(), handle));
    }

    /** Copies to the beginning of pinned memory; it is there after {@link #synchronize}. */
    public void download(DeviceBuffer source, PinnedMemory target) {
        context.makeCurrent();
        Errors.check(
                "cuMemcpyDtoHAsync",
                JCudaDriver.cuMemcpyDtoHAsync(
                        target.pointer(0, source.bytes()), Address.of(source), source.bytes(), handle));
    }

    /** Copies within the GPU; both have the same size and do not overlap. */
    public void copy(DeviceBuffer source, DeviceBuffer target) {
        if (source.bytes() != target.bytes()) {
            throw new IllegalArgumentException(source.bytes() + " bytes do not fill " + target.bytes());
        }
        context.makeCurrent();
        Errors.check(
                "cuMemcpyDtoDAsync",
                JCudaDriver.cuMemcpyDtoDAsync(Address.of(target), Address.of(source), source.bytes(), handle));
    }

    /** Sets every byte. */
    public void fill(DeviceBuffer target, int value) {
        context.makeCurrent();
        Errors.check(
                "cuMemsetD8Async",
                JCudaDriver.cuMemsetD8Async(Address.of(target), (byte) value, target.bytes(), handle));
    }

    /** Waits until all is done. */
    public void synchronize() {
        context.makeCurrent();
        Errors.check("cuStreamSynchronize", JCudaDriver.cuStreamSynchronize(handle));
    }

    /**
     * Records what is put on this stream meanwhile, without doing it. Kernels' arguments and the addresses of copies are
     * recorded with it. Allocates and frees nothing meanwhile.
     */
    public Graph capture(Runnable work) {
        context.makeCurrent();
        Errors.check(
                "cuStreamBeginCapture",
                JCudaDriver.cuStreamBeginCapture(handle, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL));
        CUgraph graph = new CUgraph();
        boolean recorded = false;
        try {
            work.run();
            recorded = true;
        } finally {
            int result = JCudaDriver.cuStreamEndCapture(handle, graph);
            if (recorded) {
                Errors.check("cuStreamEndCapture", result);
            } else if (result == CUresult.CUDA_SUCCESS) {
                JCudaDriver.cuGraphDestroy(graph);
            }
        }
        return new Graph(context, graph);
    }

    CUstream handle() {
        if (closed) {
            throw new IllegalStateException("the stream is closed");
        }
        return handle;
    }

    /** Waits for what is under way: the memory that it works on may be freed after that. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.makeCurrent();
            int waited = JCudaDriver.cuStreamSynchronize(handle);
            int destroyed = JCudaDriver.cuStreamDestroy(handle);
            Errors.checkClosing("cuStreamSynchronize", waited);
            Errors.checkClosing("cuStreamDestroy", destroyed);
        }
    }
}
