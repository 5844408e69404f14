package org.nextscale.backend.onnx.internal.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import org.nextscale.api.BackendException;
import org.nextscale.backend.support.UserCache;

/**
 * Keeps the native libraries unpacked between runs, in a folder a version; left alone, ONNX Runtime unpacks 28 MB into a
 * temporary folder at every start. A JVM loads a file for one class loader only: the first one in a process, the usual
 * case, uses that folder, and after an update of the bundle the next one lets ONNX Runtime unpack its own.
 */
final class UnpackedLibrary {
    static final String VERSION = "1.28.0";
    /** ONNX Runtime's property for a folder with its libraries. */
    private static final String NATIVE_PATH = "onnxruntime.native.path";
    /** Set while a class loader of this process has loaded from the folder. */
    private static final String TAKEN = "org.nextscale.backend.onnx.loaded";

    private UnpackedLibrary() {}

    /** Makes sure that ONNX Runtime, loaded next, finds its libraries. */
    static void use() {
        if (System.getProperty(NATIVE_PATH) != null && System.getProperty(TAKEN) == null) {
            return;
        }
        synchronized (System.class) {
            if (System.getProperty(TAKEN) != null) {
                System.clearProperty(NATIVE_PATH);
                return;
            }
            Platform platform = Platform.current()
                    .orElseThrow(() -> new BackendException("there are no native libraries for this platform"));
            try {
                Path folder = UserCache.folder("onnxruntime-" + VERSION + "-" + platform.name());
                for (String file : platform.files()) {
                    UserCache.unpack(included(platform.resource(file)), folder.resolve(file));
                }
                System.setProperty(NATIVE_PATH, folder.toString());
                System.setProperty(TAKEN, VERSION);
            } catch (IOException | UncheckedIOException e) {
                // No home to write to: ONNX Runtime's own way still works.
                System.clearProperty(NATIVE_PATH);
            }
        }
    }

    /**
     * The same with the libraries of a jar for GPUs. They are loaded at once: should ONNX Runtime's classes find that they
     * cannot be, they would never load any others.
     *
     * @throws IOException if they cannot be unpacked
     * @throws LinkageError if they cannot be loaded; {@link #use()} is then still possible
     */
    static void useGpu(GpuJar jar, Platform platform) throws IOException {
        synchronized (System.class) {
            if (System.getProperty(TAKEN) != null) {
                throw new BackendException(
                        "ONNX Runtime was loaded by an earlier version of this bundle: start Nextscale again");
            }
            if (System.getProperty(NATIVE_PATH) != null) {
                throw new BackendException(NATIVE_PATH + " says which libraries to use");
            }
            Path folder = UserCache.folder(gpuFolder(platform));
            String base = "jar:" + jar.file().toUri() + "!/";
            for (String file : platform.gpuFiles()) {
                UserCache.unpack(URI.create(base + GpuJar.entry(platform, file)).toURL(), folder.resolve(file));
            }
            for (String file : platform.files()) {
                System.load(folder.resolve(file).toString());
            }
            System.setProperty(NATIVE_PATH, folder.toString());
            System.setProperty(TAKEN, VERSION);
        }
    }

    /** What the folder for the libraries for GPUs is called. */
    static String gpuFolder(Platform platform) {
        return "onnxruntime-gpu-" + VERSION + "-" + platform.name();
    }

    private static URL included(String resource) {
        URL found = UnpackedLibrary.class.getResource(resource);
        if (found == null) {
            throw new BackendException("this build carries no " + resource);
        }
        return found;
    }
}
