package org.nextscale.evaluation.internal;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.nextscale.api.InvalidInputException;

/** A file that appears under its name when it is whole, or not at all. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes what the file holds. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A name beside the file for what is not finished, that no other process takes. */
    public static Path unfinished(Path file, String ending) {
        return file.toAbsolutePath()
                .resolveSibling(
                        "." + file.getFileName() + "." + ProcessHandle.current().pid() + ending);
    }

    /** @throws InvalidInputException if the file's folder does not exist, or the file is a folder */
    public static void requireFolderOf(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, a file name is needed");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException(file + ": folder " + folder + " does not exist");
        }
    }

    /** Writes a file, replacing one that is there. */
    public static void write(Path file, Content content) {
        requireFolderOf(file);
        Path unfinished = unfinished(file, ".tmp");
        try {
            try {
                try (OutputStream out = Files.newOutputStream(unfinished)) {
                    content.writeTo(out);
                }
                move(unfinished, file);
            } finally {
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
