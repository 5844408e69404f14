package org.nextscale.backend.cuda.internal.driver;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import jcuda.driver.JCudaDriver;

/**
 * JCuda's native library. In OSGi the container finds it (Bundle-NativeCode). On the plain class path JCuda would unpack it
 * into the folder for temporary files, under a fixed name that anybody could have put there before: it is unpacked into the
 * user's cache instead, and JCuda told that this is the folder.
 */
final class NativeLibrary {
    static final String VERSION = "12.6.0";
    private static final String FILE = "libJCudaDriver-" + VERSION + "-linux-x86_64.so";
    private static final String TEMPORARY = "java.io.tmpdir";

    private NativeLibrary() {}

    /**
     * Initializes JCuda's class, which loads the library.
     *
     * @throws IOException if it cannot be unpacked
     * @throws LinkageError if it cannot be loaded, for want of a driver above all; it never can be in this process then
     */
    static void load() throws IOException {
        synchronized (System.class) {
            String temporary = System.getProperty(TEMPORARY);
            System.setProperty(TEMPORARY, unpacked().toString());
            try {
                JCudaDriver.setExceptionsEnabled(false);
            } finally {
                System.setProperty(TEMPORARY, temporary);
            }
        }
    }

    private static Path unpacked() throws IOException {
        String xdg = System.getenv("XDG_CACHE_HOME");
        Path base = xdg == null || xdg.isBlank() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(xdg);
        Path folder = Files.createDirectories(base.resolve("nextscale").resolve("jcuda-" + VERSION));
        Path library = folder.resolve(FILE);
        try (InputStream input = NativeLibrary.class.getResourceAsStream("/lib/" + FILE)) {
            if (input == null) {
                throw new IOException("this build carries no " + FILE);
            }
            byte[] bytes = input.readAllBytes();
            if (!Files.exists(library) || Files.size(library) != bytes.length) {
                Path fresh = Files.createTempFile(folder, "unpacking", ".tmp");
                Files.write(fresh, bytes);
                move(fresh, library);
            }
        }
        return folder;
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
