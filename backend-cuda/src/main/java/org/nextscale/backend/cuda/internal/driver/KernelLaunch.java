package org.nextscale.backend.cuda.internal.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.JCudaDriver;

/**
 * One launch of a kernel: its size, and its arguments in the order of the kernel's parameters. Used once, by one thread:
 * {@code kernel.launch(blocks, 128).pointer(x).integer(rows).on(stream)}.
 */
public final class KernelLaunch {
    /** Far more than any kernel here takes; CUDA's own limit is 4 KB. */
    private static final int ARGUMENT_BYTES = 512;

    private final Kernel kernel;
    private final int blocksX;
    private final int threads;
    private final ByteBuffer arguments =
            ByteBuffer.allocateDirect(ARGUMENT_BYTES).order(ByteOrder.nativeOrder());
    private int blocksY = 1;
    private int blocksZ = 1;
    private int sharedBytes;

    KernelLaunch(Kernel kernel, int blocks, int threads) {
        this.kernel = kernel;
        this.blocksX = blocks;
        this.threads = threads;
    }

    /** Blocks along y and z. */
    public KernelLaunch blocks(int y, int z) {
        blocksY = y;
        blocksZ = z;
        return this;
    }

    /** Dynamic shared memory of a block, in bytes. */
    public KernelLaunch shared(int bytes) {
        sharedBytes = bytes;
        return this;
    }

    public KernelLaunch pointer(DeviceBuffer buffer) {
        return number64(buffer.address());
    }

    /** A pointer that the kernel is to find null. */
    public KernelLaunch noPointer() {
        return number64(0);
    }

    /** An {@code int}. */
    public KernelLaunch integer(int value) {
        arguments.putInt(value);
        return this;
    }

    /** A {@code float}. */
    public KernelLaunch number(float value) {
        arguments.putFloat(value);
        return this;
    }

    /** A 64-bit integer. */
    public KernelLaunch number64(long value) {
        int aligned = (arguments.position() + Long.BYTES - 1) / Long.BYTES * Long.BYTES;
        arguments.position(aligned).putLong(value);
        return this;
    }

    /** Puts it on a stream. */
    public void on(Stream stream) {
        kernel.context.makeCurrent();
        Pointer packed = Pointer.to(
                JCudaDriver.CU_LAUNCH_PARAM_BUFFER_POINTER,
                Pointer.toBuffer(arguments.duplicate().rewind()),
                JCudaDriver.CU_LAUNCH_PARAM_BUFFER_SIZE,
                Pointer.to(new long[] {arguments.position()}),
                JCudaDriver.CU_LAUNCH_PARAM_END);
        Errors.check(
                "launch of " + kernel.name,
                JCudaDriver.cuLaunchKernel(
                        kernel.function,
                        blocksX,
                        blocksY,
                        blocksZ,
                        threads,
                        1,
                        1,
                        sharedBytes,
                        stream.handle(),
                        null,
                        packed));
    }
}
