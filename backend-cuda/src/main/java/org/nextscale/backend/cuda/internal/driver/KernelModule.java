package org.nextscale.backend.cuda.internal.driver;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.JCudaDriver;
import org.nextscale.api.BackendException;

/** The compiled kernels of src/main/cuda on a GPU. Thread-safe; unloaded by closing it. */
public final class KernelModule implements AutoCloseable {
    private static final String FOLDER = "/org/nextscale/backend/cuda/kernels/";

    private final Context context;
    private final CUmodule handle = new CUmodule();
    private boolean closed;

    KernelModule(Context context) {
        this.context = context;
        byte[] code = read(context.device().kernels());
        context.makeCurrent();
        Errors.check("cuModuleLoadData", JCudaDriver.cuModuleLoadData(handle, code));
    }

    /** A kernel of these by its name in the source. */
    public Kernel kernel(String name) {
        return kernel(name, 0);
    }

    /**
     * A kernel that is launched with dynamic shared memory.
     *
     * @param sharedBytes the most that a launch will ask for; more than 48 KB have to be asked for here
     */
    public Kernel kernel(String name, int sharedBytes) {
        context.makeCurrent();
        CUfunction function = new CUfunction();
        Errors.check("cuModuleGetFunction " + name, JCudaDriver.cuModuleGetFunction(function, handle, name));
        return new Kernel(context, name, function, sharedBytes);
    }

    /** PTX is text and ends with a zero. */
    private static byte[] read(String file) {
        try (InputStream input = KernelModule.class.getResourceAsStream(FOLDER + file)) {
            if (input == null) {
                throw new BackendException("this build carries no " + file);
            }
            byte[] bytes = input.readAllBytes();
            return Arrays.copyOf(bytes, bytes.length + 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            context.makeCurrent();
            Errors.checkClosing("cuModuleUnload", JCudaDriver.cuModuleUnload(handle));
        }
    }
}
