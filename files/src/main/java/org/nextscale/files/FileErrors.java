package org.nextscale.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;

/** What the operating system refused, in one line that begins with the file's name. */
public final class FileErrors {
    private FileErrors() {}

    /**
     * Reading failed: wrong input where the file is not there or not to be read, the machine's fault otherwise.
     *
     * @return to be thrown; a {@link CancellationException} if the thread was interrupted
     */
    public static RuntimeException reading(Path path, IOException e) {
        if (interrupted(e)) {
            return cancelled(path, "reading", e);
        }
        return failure(path + ": " + reason(path, e), e);
    }

    /**
     * Writing failed: wrong input where there is no such folder or it is not to be written to, the machine's fault otherwise.
     *
     * @return to be thrown; a {@link CancellationException} if the thread was interrupted
     */
    public static RuntimeException writing(Path path, IOException e) {
        return interrupted(e)
                ? cancelled(path, "writing", e)
                : failure(path + ": cannot be written: " + reason(path, e), e);
    }

    private static RuntimeException failure(String message, IOException e) {
        boolean asked = e instanceof NoSuchFileException
                || e instanceof FileNotFoundException
                || e instanceof AccessDeniedException
                || e instanceof NotDirectoryException;
        return asked ? new InvalidInputException(message, e) : new FileException(message, e);
    }

    private static boolean interrupted(IOException e) {
        return e instanceof ClosedByInterruptException
                || e instanceof FileLockInterruptionException
                || e instanceof ClosedChannelException && Thread.currentThread().isInterrupted();
    }

    private static CancellationException cancelled(Path path, String what, IOException e) {
        CancellationException cancelled = new CancellationException(path + ": " + what + " was interrupted");
        cancelled.initCause(e);
        return cancelled;
    }

    private static String reason(Path path, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "no such file or folder";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NotDirectoryException) {
            return "not a folder";
        }
        if (e instanceof FileSystemException system && system.getReason() != null) {
            return system.getReason();
        }
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.startsWith(path + ": ")
                ? message.substring(path.toString().length() + 2)
                : message;
    }
}
