package org.nextscale.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;

/**
 * A folder that comes into being whole or not at all: written beside its target, moved there in the end, deleted when
 * something fails or the program is interrupted.
 */
public final class StagedFolder implements AutoCloseable {
    private final Path target;
    private final Path firstCreated;
    private final Path staging;
    private final Thread interrupted = new Thread(this::discardQuietly, "discard unfinished folder");
    private boolean done;

    private StagedFolder(Path target, Path firstCreated, Path staging) {
        this.target = target;
        this.firstCreated = firstCreated;
        this.staging = staging;
        Runtime.getRuntime().addShutdownHook(interrupted);
    }

    /**
     * Prepares to write a folder.
     *
     * @param what it will be, in words: {@code "a model package"}
     * @param overwrite whether one that is there may be replaced; nothing else ever is
     * @param known file names that a folder may hold to be replaced
     */
    public static StagedFolder of(Path target, String what, boolean overwrite, Set<String> known) {
        Path absolute = target.toAbsolutePath().normalize();
        requireFree(target, absolute, what, overwrite, known);
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new InvalidInputException(target + ": is no place for " + what);
        }
        Path firstCreated = null;
        for (Path each = parent; each != null && !Files.exists(each); each = each.getParent()) {
            firstCreated = each;
        }
        try {
            Files.createDirectories(parent);
            Path staging = Files.createDirectory(
                    parent.resolve("." + absolute.getFileName() + ".part-" + Long.toHexString(System.nanoTime())));
            return new StagedFolder(absolute, firstCreated, staging);
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    private static void requireFree(Path shown, Path target, String what, boolean overwrite, Set<String> known) {
        if (!Files.exists(target)) {
            return;
        }
        if (!Files.isDirectory(target)) {
            throw new InvalidInputException(shown + ": is a file; " + what + " is a folder");
        }
        List<String> present = names(target);
        for (String each : present) {
            if (!known.contains(each)) {
                throw new InvalidInputException(shown + ": holds " + each + ", which is no part of " + what
                        + ", and is not overwritten; choose another folder");
            }
        }
        if (!present.isEmpty() && !overwrite) {
            throw new InvalidInputException(
                    shown + ": already holds " + what + "; choose another folder or allow to overwrite it");
        }
    }

    private static List<String> names(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(each -> each.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    /** Where to write. */
    public Path path() {
        return staging;
    }

    /** Throws if the disk has no room for so many bytes more. */
    public void requireSpace(long bytes) {
        try {
            long usable = Files.getFileStore(staging).getUsableSpace();
            if (usable < bytes) {
                throw new FileException(
                        target + ": needs " + (bytes >> 20) + " MB, the disk has " + (usable >> 20) + " MB left");
            }
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    /** Waits until what was written is on the disk, and moves it to the target; an earlier folder there is then deleted. */
    public synchronized void commit() {
        Path old = staging.resolveSibling(staging.getFileName() + "-old");
        try {
            force(staging);
            boolean replaces = Files.exists(target);
            if (replaces) {
                Files.move(target, old, StandardCopyOption.ATOMIC_MOVE);
            }
            try {
                Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (replaces) {
                    Files.move(old, target, StandardCopyOption.ATOMIC_MOVE);
                }
                throw e;
            }
            // From here on it is there, whatever becomes of the old one.
            done = true;
            WholeFile.force(target.getParent());
            if (replaces) {
                deleteQuietly(old);
            }
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    /** What cannot be deleted stays behind under its temporary name, and the folder that was written is none the worse. */
    private static void deleteQuietly(Path folder) {
        try {
            delete(folder);
        } catch (RuntimeException e) {
            // Said above.
        }
    }

    private static void force(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path each : entries.filter(Files::isRegularFile).toList()) {
                try (FileChannel channel = FileChannel.open(each, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
            }
        }
        WholeFile.force(folder);
    }

    private synchronized void discard() {
        if (!done) {
            done = true;
            delete(staging);
            for (Path each = target.getParent(); firstCreated != null && each.startsWith(firstCreated); ) {
                if (!each.toFile().delete()) {
                    break;
                }
                each = each.getParent();
            }
        }
    }

    /** In a program that is ending nobody is left to tell. */
    private void discardQuietly() {
        try {
            discard();
        } catch (RuntimeException e) {
            // What could not be deleted stays behind under its temporary name.
        }
    }

    private static void delete(Path folder) {
        try (Stream<Path> entries = Files.walk(folder)) {
            for (Path each : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw FileErrors.writing(folder, e);
        }
    }

    @Override
    public void close() {
        try {
            discard();
        } finally {
            removeHook();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        } catch (IllegalStateException e) {
            // The program is ending: the hook runs or has run, and finds nothing to do.
        }
    }
}
