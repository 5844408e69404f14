package org.nextscale.backend.cuda.internal.driver;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import jcuda.driver.JCudaDriver;
import org.nextscale.backend.support.UserCache;

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
        URL library = NativeLibrary.class.getResource("/lib/" + FILE);
        if (library == null) {
            throw new IOException("this build carries no " + FILE);
        }
        Path folder = UserCache.folder("jcuda-" + VERSION);
        UserCache.unpack(library, folder.resolve(FILE));
        return folder;
    }
}
