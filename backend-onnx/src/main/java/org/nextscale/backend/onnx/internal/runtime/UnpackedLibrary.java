package org.nextscale.backend.onnx.internal.runtime;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.nextscale.api.backend.BackendException;

/**
 * Keeps the native libraries unpacked between runs, in a folder a version; left alone, ONNX Runtime unpacks 28 MB into a
 * temporary folder at every start. A JVM loads a file for one class loader only: the first one in a process, the usual
 * case, uses that folder, and after an update of the bundle the next one lets ONNX Runtime unpack its own.
 */
final class UnpackedLibrary {
    private static final String VERSION = "1.29.0";
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
                Path folder = cache().resolve("onnxruntime-" + VERSION + "-" + platform.name());
                Files.createDirectories(folder);
                for (String file : platform.files()) {
                    unpack(platform.resource(file), folder.resolve(file));
                }
                System.setProperty(NATIVE_PATH, folder.toString());
                System.setProperty(TAKEN, VERSION);
            } catch (IOException | UncheckedIOException e) {
                // No home to write to: ONNX Runtime's own way still works.
                System.clearProperty(NATIVE_PATH);
            }
        }
    }

    private static Path cache() {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        return base.resolve("nextscale");
    }

    private static void unpack(String resource, Path target) throws IOException {
        URL found = UnpackedLibrary.class.getResource(resource);
        if (found == null) {
            throw new BackendException("this build carries no " + resource);
        }
        URLConnection connection = found.openConnection();
        connection.setUseCaches(false);
        long size = connection.getContentLengthLong();
        try (InputStream input = connection.getInputStream()) {
            if (Files.exists(target) && size > 0 && Files.size(target) == size) {
                return;
            }
            Path fresh = Files.createTempFile(target.getParent(), "unpacking", ".tmp");
            try {
                Files.copy(input, fresh, StandardCopyOption.REPLACE_EXISTING);
                move(fresh, target);
            } finally {
                Files.deleteIfExists(fresh);
            }
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
