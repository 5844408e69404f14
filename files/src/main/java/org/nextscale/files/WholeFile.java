package org.nextscale.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import org.nextscale.api.InvalidInputException;

/**
 * A file that appears under its name when it is whole and on the disk: written beside it under a name of its own, which
 * {@link #finish} changes. Closing one that is not finished deletes it. A symbolic link is followed and stays one; what is no
 * plain file ({@code /dev/null}, a pipe) is written to as it is. Any number of threads and processes may write the same file
 * at a time: the last to finish wins. For one thread.
 */
public final class WholeFile implements AutoCloseable {
    private static final String PREFIX = ".nextscale-";
    private static final String SUFFIX = ".tmp";
    private static final int MOST_LINKS = 40;
    private static final AtomicLong COUNT = new AtomicLong();

    private final Path target;
    private final Path unfinished;
    private final boolean through;

    /** Writes what a file holds. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Prepares to write; nothing is touched yet.
     *
     * @throws IOException if links lead in a circle
     */
    public WholeFile(Path target) throws IOException {
        this.target = followed(target);
        through = Files.exists(this.target) && !Files.isRegularFile(this.target) && !Files.isDirectory(this.target);
        unfinished = through ? this.target : beside(this.target);
    }

    /** A name beside a file for what is not finished, that nobody else takes; {@link #isLeftover} knows it. */
    public static Path beside(Path file) {
        long process = ProcessHandle.current().pid();
        return file.toAbsolutePath().resolveSibling(PREFIX + process + "-" + COUNT.incrementAndGet() + SUFFIX);
    }

    /** Whether this is what a program that was killed left behind. */
    public static boolean isLeftover(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(PREFIX) && name.endsWith(SUFFIX);
    }

    /**
     * Says before any work whether there is a folder for a file.
     *
     * @throws InvalidInputException if the folder does not exist or cannot be written to, or the file is a folder
     */
    public static void requirePlace(Path file) {
        if (Files.isDirectory(file)) {
            throw new InvalidInputException(file + " is a folder, a file name is needed");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new InvalidInputException(file + ": folder " + folder + " does not exist");
        }
        boolean writable =
                Files.exists(file) && !Files.isRegularFile(file) ? Files.isWritable(file) : Files.isWritable(folder);
        if (!writable) {
            throw new InvalidInputException(file + ": folder " + folder + " cannot be written to");
        }
    }

    /** Writes a file from beginning to end, replacing one that is there. Exceptions as for {@link FileErrors#writing}. */
    public static void write(Path target, Content content) {
        requirePlace(target);
        try (WholeFile file = new WholeFile(target)) {
            try (OutputStream out = Channels.newOutputStream(file.open())) {
                content.writeTo(out);
            }
            file.finish();
        } catch (IOException e) {
            throw FileErrors.writing(target, e);
        }
    }

    /** Writes a small text file in UTF-8, replacing one that is there. */
    public static void write(Path target, String text) {
        write(target, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Where to write, for what cannot write to {@link #open}. */
    public Path unfinished() {
        return unfinished;
    }

    /** The file to write to, empty; for reading too, unless it is no plain file. The caller closes it. */
    public FileChannel open() throws IOException {
        return through
                ? FileChannel.open(unfinished, StandardOpenOption.WRITE)
                : FileChannel.open(
                        unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
    }

    /** Waits until what was written is on the disk, and gives it its name. */
    public void finish() throws IOException {
        if (through) {
            return;
        }
        try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        try {
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(unfinished, target, StandardCopyOption.REPLACE_EXISTING);
        }
        force(target.toAbsolutePath().getParent());
    }

    /** The names in a folder too should survive a power cut; not every system lets a folder be opened for that. */
    static void force(Path folder) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        } catch (IOException e) {
            // Then it is as safe as the file system makes it.
        }
    }

    /** Where symbolic links lead, also to what is not there yet. */
    private static Path followed(Path path) throws IOException {
        Path place = path;
        for (int links = 0; Files.isSymbolicLink(place); links++) {
            if (links == MOST_LINKS) {
                throw new FileSystemLoopException(path.toString());
            }
            place = place.toAbsolutePath().resolveSibling(Files.readSymbolicLink(place));
        }
        return place;
    }

    /** Writes all of a buffer at the channel's position. */
    public static void append(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() throws IOException {
        if (!through) {
            Files.deleteIfExists(unfinished);
        }
    }
}
