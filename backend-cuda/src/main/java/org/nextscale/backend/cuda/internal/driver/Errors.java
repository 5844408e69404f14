package org.nextscale.backend.cuda.internal.driver;

import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import org.nextscale.api.BackendException;

/** The driver's results as exceptions that say which call failed and what can be done about it. */
final class Errors {
    private Errors() {}

    /** @throws BackendException if a call did not succeed */
    static void check(String call, int result) {
        if (result != CUresult.CUDA_SUCCESS) {
            throw new BackendException(inWords(call, result));
        }
    }

    static String inWords(String call, int result) {
        String[] text = new String[1];
        boolean described = JCudaDriver.cuGetErrorString(result, text) == CUresult.CUDA_SUCCESS
                && text[0] != null
                && !text[0].isBlank();
        return call + " failed: " + CUresult.stringFor(result) + (described ? " (" + text[0] + ")" : "")
                + advice(result);
    }

    /**
     * The same for a call that gives something back. With a lost device that cannot succeed and need not: whoever lost it has
     * been told.
     */
    static void checkClosing(String call, int result) {
        if (!isLost(result)) {
            check(call, result);
        }
    }

    private static String advice(int result) {
        if (isLost(result)) {
            return "; the GPU is lost to this process, start it again";
        }
        return switch (result) {
            case CUresult.CUDA_ERROR_OUT_OF_MEMORY -> "; a smaller batch or a smaller model needs less GPU memory";
            case CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU,
                    CUresult.CUDA_ERROR_INVALID_PTX,
                    CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION,
                    CUresult.CUDA_ERROR_SYSTEM_DRIVER_MISMATCH -> "; a newer NVIDIA driver may help";
            default -> "";
        };
    }

    /** Errors after which the driver refuses this process everything. */
    private static boolean isLost(int result) {
        return switch (result) {
            case CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                    CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
                    CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                    CUresult.CUDA_ERROR_LAUNCH_FAILED,
                    CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
                    CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
                    CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
                    CUresult.CUDA_ERROR_UNKNOWN -> true;
            default -> false;
        };
    }
}
