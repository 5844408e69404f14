package org.nextscale.backend.cuda.internal.gpu;

import org.nextscale.backend.cuda.internal.driver.Context;
import org.nextscale.backend.cuda.internal.driver.KernelModule;

/** A GPU with the kernels loaded: what networks compute on. Closed after all that was made with it. */
public record Gpu(Context context, KernelModule kernels) implements AutoCloseable {

    /** Loads the kernels. The context belongs to the GPU from now on, also if that fails. */
    public static Gpu of(Context context) {
        try {
            return new Gpu(context, context.kernels());
        } catch (RuntimeException e) {
            context.close();
            throw e;
        }
    }

    @Override
    public void close() {
        try {
            kernels.close();
        } finally {
            context.close();
        }
    }
}
