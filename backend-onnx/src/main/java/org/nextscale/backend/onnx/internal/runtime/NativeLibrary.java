package org.nextscale.backend.onnx.internal.runtime;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import org.nextscale.api.backend.BackendException;

/** ONNX Runtime's native library, loaded once a class loader and never unloaded (a JVM cannot). */
public final class NativeLibrary {
    private static OrtEnvironment loaded;
    private static BackendException failure;

    private NativeLibrary() {}

    /**
     * Loads the library, or says again why it could not be loaded.
     *
     * @throws BackendException with the reason
     */
    public static synchronized OrtEnvironment load() {
        if (failure != null) {
            throw new BackendException(failure.getMessage(), failure);
        }
        if (loaded == null) {
            try {
                UnpackedLibrary.use();
                loaded = OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "nextscale");
                loaded.setTelemetry(false);
            } catch (OrtException | LinkageError | RuntimeException e) {
                failure = new BackendException("ONNX Runtime cannot be loaded: " + e.getMessage(), e);
                throw failure;
            }
        }
        return loaded;
    }
}
