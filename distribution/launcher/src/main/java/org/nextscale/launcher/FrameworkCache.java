package org.nextscale.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * The framework's working folder, one a process: made when it starts and deleted when it ends. A folder whose process
 * was killed is deleted by a later start: its lock is free then. The system property {@code nextscale.cache} names a
 * folder instead, which is left alone at the end.
 */
final class FrameworkCache implements AutoCloseable {

    private static final String PREFIX = "nextscale-felix-";
    private static final String LOCK = "lock";
    /** Younger folders are not swept: their owner may be between making the folder and locking it. */
    private static final long GRACE_MILLIS = 60_000;

    private final Path folder;
    private final FileChannel lock;

    private FrameworkCache(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    static FrameworkCache open() throws LaunchException {
        String named = System.getProperty("nextscale.cache");
        try {
            if (named != null) {
                return new FrameworkCache(Files.createDirectories(Path.of(named).toAbsolutePath()), null);
            }
            Path folder = Files.createTempDirectory(PREFIX);
            FileChannel lock =
                    FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock.lock();
            sweep(folder.getParent());
            return new FrameworkCache(folder, lock);
        } catch (IOException e) {
            throw new LaunchException("cannot make a working folder for the container: " + e.getMessage(), e);
        }
    }

    Path folder() {
        return folder;
    }

    /** Deletes the folder. What cannot be deleted is left for a later sweep. */
    @Override
    public void close() {
        if (lock == null) {
            return;
        }
        try {
            lock.close();
            delete(folder);
        } catch (IOException e) {
            // Nothing depends on it, and the process is ending.
        }
    }

    private static void sweep(Path temporaryFolder) {
        File[] candidates = temporaryFolder.toFile().listFiles((folder, name) -> name.startsWith(PREFIX));
        long newest = System.currentTimeMillis() - GRACE_MILLIS;
        for (File candidate : candidates == null ? new File[0] : candidates) {
            if (candidate.lastModified() < newest && isAbandoned(candidate.toPath())) {
                try {
                    delete(candidate.toPath());
                } catch (IOException e) {
                    // Another process sweeps the same folder.
                }
            }
        }
    }

    private static boolean isAbandoned(Path candidate) {
        try (FileChannel channel = FileChannel.open(candidate.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock free = channel.tryLock()) {
            return free != null;
        } catch (IOException | OverlappingFileLockException e) {
            return false;
        }
    }

    private static void delete(Path folder) throws IOException {
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
