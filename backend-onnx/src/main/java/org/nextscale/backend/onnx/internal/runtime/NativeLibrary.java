package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import java.io.IOException;
import org.nextscale.api.BackendException;

/** ONNX Runtime's native library, loaded once a class loader and never unloaded (a JVM cannot). */
public final class NativeLibrary {
    private static OrtEnvironment loaded;
    private static BackendException failure;

    private NativeLibrary() {}

    static synchronized boolean isLoaded() {
        return loaded != null || failure != null;
    }

    /**
     * Loads the library, or says again why it could not be loaded.
     *
     * @throws BackendException with the reason
     */
    public static synchronized OrtEnvironment load() {
        return loaded != null ? loaded : load(UnpackedLibrary::use);
    }

    /**
     * Loads the library from a jar for GPUs, before any other was.
     *
     * @throws IOException if it cannot be unpacked
     * @throws LinkageError if it cannot be loaded; {@link #load()} is still possible after both
     */
    static synchronized OrtEnvironment load(GpuJar jar, Platform platform) throws IOException {
        UnpackedLibrary.useGpu(jar, platform);
        return load(() -> {});
    }

    private static OrtEnvironment load(Runnable unpack) {
        if (failure != null) {
            throw new BackendException(failure.getMessage(), failure);
        }
        try {
            unpack.run();
            loaded = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "nextscale");
            loaded.setTelemetry(false);
            return loaded;
        } catch (OrtException | LinkageError | RuntimeException e) {
            failure = new BackendException("ONNX Runtime cannot be loaded: " + e.getMessage(), e);
            throw failure;
        }
    }
}
