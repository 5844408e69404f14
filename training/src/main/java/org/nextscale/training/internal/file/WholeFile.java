package org.nextscale.training.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A file that appears under its name when it is whole and on the disk: written as {@link #unfinished}, then
 * {@link #finish}ed. Closing one that is not finished deletes it. What a killed program leaves behind has a name that begins
 * with a dot and ends in {@code .tmp}.
 */
public final class WholeFile implements AutoCloseable {
    private static final String SUFFIX = ".tmp";

    private final Path target;
    private final Path unfinished;

    public WholeFile(Path target) {
        this.target = target;
        this.unfinished = target.resolveSibling("." + target.getFileName() + SUFFIX);
    }

    /** Writes a small text file, replacing one that is there. */
    public static void write(Path target, String text) throws IOException {
        try (WholeFile file = new WholeFile(target)) {
            try (FileChannel channel = file.open()) {
                ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            file.finish();
        }
    }

    /** Whether this is what a killed program left behind. */
    public static boolean leftover(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") && (name.endsWith(SUFFIX) || name.contains(SUFFIX + ".part-"));
    }

    /** Where to write. */
    public Path unfinished() {
        return unfinished;
    }

    /** The file to write to, empty, for reading too. */
    public FileChannel open() throws IOException {
        return FileChannel.open(
                unfinished,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                StandardOpenOption.READ);
    }

    /** Waits until what was written is on the disk, and gives it its name. */
    public void finish() throws IOException {
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
        }
        forceFolder();
    }

    /** The name too should survive a power cut; not every system lets a folder be opened for that. */
    private void forceFolder() {
        try (FileChannel folder = FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException e) {
            // Then it is as safe as the file system makes it.
        }
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(unfinished);
    }
}
