package org.nextscale.training.internal.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nextscale.api.FileException;

/** Whether a disk has room for what a run will write, asked before there is anything to write. */
public final class DiskRoom {
    private static final long MEGABYTE = 1 << 20;

    private DiskRoom() {}

    /**
     * Refuses what the disk has no room for. A disk that does not say what it has left is trusted.
     *
     * @param folder which exists
     * @param what is to be written, in words, for the message
     * @throws FileException saying how much is needed and how much there is
     */
    public static void require(Path folder, long bytes, String what) {
        long usable;
        try {
            usable = Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return;
        }
        if (usable < bytes) {
            throw new FileException(folder + " needs " + megabytes(bytes) + " MB (" + what + "), the disk has "
                    + usable / MEGABYTE + " MB left; make room, or choose another folder");
        }
    }

    /** Rounded up. */
    static long megabytes(long bytes) {
        return (bytes + MEGABYTE - 1) / MEGABYTE;
    }
}
