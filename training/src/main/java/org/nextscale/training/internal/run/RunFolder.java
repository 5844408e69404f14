package org.nextscale.training.internal.run;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.WholeFile;

/**
 * The folder of a run, held by one process at a time.
 *
 * <pre>
 * run.json      what the run is
 * checkpoints/  where it can go on from
 * samples/      grids of images
 * curves.csv, curves.png, events.out.tfevents.…
 * model/        the result
 * </pre>
 */
public final class RunFolder implements AutoCloseable {
    private static final String DESCRIPTION = "run.json";
    private static final String LOCK = "run.lock";
    private static final int LARGEST_DESCRIPTION = 1 << 20;

    private final Path path;
    private final RunDescription description;
    private final FileChannel lock;

    private RunFolder(Path path, RunDescription description, FileChannel lock) {
        this.path = path;
        this.description = description;
        this.lock = lock;
    }

    /**
     * Makes the folder of a new run.
     *
     * @throws InvalidInputException if it holds a run or anything else, or cannot be written
     */
    public static RunFolder start(Path path, RunDescription description) {
        try {
            if (Files.exists(path) && !Files.isDirectory(path)) {
                throw new InvalidInputException(path + " is a file, a folder is needed for the run");
            }
            requireUnused(path);
            Files.createDirectories(path);
            FileChannel lock = lock(path);
            try {
                // Another process may have begun in the meantime.
                requireUnused(path);
                WholeFile.write(path.resolve(DESCRIPTION), description.toJson());
                return new RunFolder(path, description, lock);
            } catch (IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (IOException e) {
            throw new InvalidInputException("the run's folder " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    /**
     * Opens the folder of a run that goes on.
     *
     * @param wanted what it is now said to be
     * @param free settings that may differ from what it was started with, because no result depends on them
     * @throws InvalidInputException if it holds no run, another run, or if a process is at work in it
     */
    public static RunFolder resume(Path path, RunDescription wanted, Set<String> free) {
        RunDescription started = describe(path)
                .orElseThrow(() ->
                        new InvalidInputException(path + " holds no run to be resumed; start one without --resume"));
        List<String> differences = started.differences(wanted, free);
        if (!differences.isEmpty()) {
            throw new InvalidInputException("the run in " + path + " cannot be resumed like this: "
                    + String.join("; ", differences) + ". Give the settings it was started with, or another folder");
        }
        try {
            return new RunFolder(path, started, lock(path));
        } catch (IOException e) {
            throw new InvalidInputException("the run's folder " + path + " cannot be written: " + e.getMessage(), e);
        }
    }

    /** What the run in a folder was started as; empty if there is none. */
    public static Optional<RunDescription> describe(Path path) {
        Path file = path.resolve(DESCRIPTION);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            if (Files.size(file) > LARGEST_DESCRIPTION) {
                throw new InvalidInputException(file + " describes no run: it is too large");
            }
            return Optional.of(RunDescription.parse(Files.readString(file, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            throw new InvalidInputException(file + " describes no run: it is damaged or was written by hand", e);
        } catch (IOException e) {
            throw new InvalidInputException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void requireUnused(Path path) throws IOException {
        if (!Files.isDirectory(path)) {
            return;
        }
        if (Files.exists(path.resolve(DESCRIPTION))) {
            throw new InvalidInputException(
                    path + " holds a run already; go on with it (--resume) or choose another folder");
        }
        Predicate<Path> foreign = each -> !each.getFileName().toString().equals(LOCK) && !WholeFile.isLeftover(each);
        try (Stream<Path> entries = Files.list(path)) {
            Optional<Path> first = entries.filter(foreign).sorted().findFirst();
            if (first.isPresent()) {
                throw new InvalidInputException(path + " holds " + first.get().getFileName()
                        + " and is no place for a run; choose an empty or a new folder");
            }
        }
    }

    /** The lock ends with the process, however that ends. */
    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        if (lock == null) {
            channel.close();
            throw new InvalidInputException(
                    "another process is training in " + path + "; wait for it, stop it, or choose another folder");
        }
        return channel;
    }

    public Path path() {
        return path;
    }

    /** What the run was started as. */
    public RunDescription description() {
        return description;
    }

    public Path checkpoints() {
        return path.resolve("checkpoints");
    }

    public Path samples() {
        return path.resolve("samples");
    }

    /** The model package that the run makes. */
    public Path model() {
        return path.resolve("model");
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            // The lock is gone with the channel, whatever closing said.
        }
    }
}
