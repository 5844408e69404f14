package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/** A kernel that can be launched, as long as its module is loaded. Thread-safe. */
public final class Kernel {
    /** What a launch may ask for without the kernel being told before. */
    private static final int SHARED_WITHOUT_ASKING = 48 * 1024;

    final Context context;
    final String name;
    final CUfunction function;

    Kernel(Context context, String name, CUfunction function, int sharedBytes) {
        this.context = context;
        this.name = name;
        this.function = function;
        if (sharedBytes > SHARED_WITHOUT_ASKING) {
            Errors.check(
                    "cuFuncSetAttribute " + name,
                    JCudaDriver.cuFuncSetAttribute(
                            function,
                            CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                            sharedBytes));
        }
    }

    /**
     * A launch to be filled with arguments.
     *
     * @param blocks along x
     * @param threads of a block
     */
    public KernelLaunch launch(int blocks, int threads) {
        return new KernelLaunch(this, blocks, threads);
    }
}
