package org.nextscale.backend.cuda.internal.driver;

/**
 * A GPU. Immutable.
 *
 * @param index in the driver's order
 * @param name as the driver calls it
 * @param major of the compute capability
 * @param minor of the compute capability
 * @param bytes of memory, used and free
 * @param multiprocessors that compute
 * @param sharedBytes shared memory that a block can ask for
 */
public record GpuDevice(
        int index, String name, int major, int minor, long bytes, int multiprocessors, int sharedBytes) {

    /** bf16 on tensor cores and asynchronous copies came with 8.0. */
    private static final int OLDEST_MAJOR = 8;

    /** Whether the kernels run on it. */
    public boolean isSupported() {
        return major >= OLDEST_MAJOR;
    }

    /** The compute capability as people write it: {@code "9.0"}. */
    public String capability() {
        return major + "." + minor;
    }

    /** The kernels' code for it: machine code where there is, else what the driver compiles. */
    String kernels() {
        if (major == 9 && minor == 0) {
            return "kernels.sm_90a.cubin";
        }
        return major == 8 ? "kernels.sm_80.cubin" : "kernels.ptx";
    }
}
