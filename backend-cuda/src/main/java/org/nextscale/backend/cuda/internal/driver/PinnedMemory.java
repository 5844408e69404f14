package org.nextscale.backend.cuda.internal.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/** Memory of the host that stays where it is, so that the GPU copies from and to it while the CPU does something else. */
public final class PinnedMemory implements AutoCloseable {
    private final Context context;
    private final Pointer pointer = new Pointer();
    private final ByteBuffer bytes;
    private boolean closed;

    PinnedMemory(Context context, int bytes) {
        this.context = context;
        context.makeCurrent();
        Errors.check("cuMemHostAlloc", JCudaDriver.cuMemHostAlloc(pointer, bytes, 0));
        this.bytes = pointer.getByteBuffer(0, bytes).order(ByteOrder.nativeOrder());
    }

    /** All of it, position 0; its order is the machine's. */
    public ByteBuffer bytes() {
        if (closed) {
            throw new IllegalStateException("the pinned memory is closed");
        }
        return bytes.duplicate().order(ByteOrder.nativeOrder());
    }

    Pointer pointer(long offset, long length) {
        if (closed || offset < 0 || length < 0 || offset > bytes.capacity() - length) {
            throw new IndexOutOfBoundsException(
                    length + " bytes from " + offset + " on are not inside of " + bytes.capacity() + " bytes");
        }
        return pointer.withByteOffset(offset);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            context.makeCurrent();
            Errors.checkClosing("cuMemFreeHost", JCudaDriver.cuMemFreeHost(pointer));
        }
    }
}
