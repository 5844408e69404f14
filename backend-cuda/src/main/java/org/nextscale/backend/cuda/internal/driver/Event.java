package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.JCudaDriver;

/** A place on a stream that can be waited for while the stream goes on. For one thread at a time. */
public final class Event implements AutoCloseable {
    private final Context context;
    private final CUevent handle = new CUevent();
    private boolean closed;

    Event(Context context) {
        this.context = context;
        context.makeCurrent();
        Errors.check("cuEventCreate", JCudaDriver.cuEventCreate(handle, CUevent_flags.CU_EVENT_DISABLE_TIMING));
    }

    /** Puts it behind what is on a stream now, and nowhere else any more. */
    public void record(Stream stream) {
        context.makeCurrent();
        Errors.check("cuEventRecord", JCudaDriver.cuEventRecord(handle(), stream.handle()));
    }

    /** Waits until the stream has come to it; errors of what was before it come up here. */
    public void synchronize() {
        context.makeCurrent();
        Errors.check("cuEventSynchronize", JCudaDriver.cuEventSynchronize(handle()));
    }

    private CUevent handle() {
        if (closed) {
            throw new IllegalStateException("the event is closed");
        }
        return handle;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.makeCurrent();
            Errors.checkClosing("cuEventDestroy", JCudaDriver.cuEventDestroy(handle));
        }
    }
}
