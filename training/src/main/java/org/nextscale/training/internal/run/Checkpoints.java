package org.nextscale.training.internal.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.nextscale.api.FileException;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.TrainingException;
import org.nextscale.api.model.DataType;
import org.nextscale.api.model.WeightInfo;
import org.nextscale.api.progress.Cancellation;
import org.nextscale.api.progress.ProgressListener;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.checkpoint.SafetensorsWriter;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;
import org.nextscale.files.WholeFile;

/**
 * The checkpoints of a run: {@code step-00001234.safetensors}, with what else is to be remembered in its metadata, and
 * {@code step-00001234.sha256} beside it ({@code sha256sum -c} reads it). The checksum is there first, then the tensors
 * appear under their name when they are whole and on the disk: a process killed at any moment leaves the one before. For one
 * thread.
 */
public final class Checkpoints {
    private static final Pattern NAME = Pattern.compile("step-([0-9]{8,18})\\.safetensors");
    private static final String STEP = "nextscale.step";
    private static final int LONGEST_SIDE_FILE = 4096;

    private final Path folder;
    private final int keep;
    private final Consumer<String> note;

    /**
     * The checkpoints in a folder, which need not exist yet.
     *
     * @param keep how many of the newest stay
     * @param note hears of damaged ones
     */
    public Checkpoints(Path folder, int keep, Consumer<String> note) {
        if (keep < 1) {
            throw new IllegalArgumentException("keep " + keep);
        }
        this.folder = folder;
        this.keep = keep;
        this.note = note;
    }

    /**
     * Tries before the first step whether there is a folder that can be written to.
     *
     * @throws InvalidInputException if there is none
     * @throws FileException if the disk refuses
     */
    public void requireWritable() {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InvalidInputException(
                    folder + " is a file, a folder is needed for the checkpoints; move it away");
        }
        try {
            Files.createDirectories(folder);
            deleteLeftovers();
            Files.delete(Files.createFile(WholeFile.beside(folder.resolve("checkpoint"))));
        } catch (IOException e) {
            throw FileErrors.writing(folder, e);
        }
    }

    /**
     * Asks before the first step whether the disk has room for all that a run will keep at a time.
     *
     * @param bytes of one checkpoint
     * @param count of those that will be written
     * @param result bytes of what is written behind the last one
     * @throws FileException if there is not enough
     */
    public void requireRoom(long bytes, long count, long result) {
        int present = newestFirst().size();
        // While one is written, those that are kept are there still.
        long more = Math.min(count, Math.max(1, keep + 1 - present));
        long kept = Math.min(count, Math.max(0, keep - present));
        DiskRoom.require(
                folder,
                Math.max(more * bytes, kept * bytes + result),
                "checkpoints of " + DiskRoom.megabytes(bytes) + " MB, " + more
                        + " more at a time, and in the end a result of " + DiskRoom.megabytes(result) + " MB");
    }

    /**
     * Writes a checkpoint and deletes those no longer wanted.
     *
     * @param step steps done
     * @param tensors asked for their values one after the other, piece by piece
     * @param state texts to be found in {@link SavedCheckpoint#state}
     * @throws TrainingException if it cannot be written, the disk being full for instance; says which one is the last good
     *     one
     */
    public Path save(long step, Collection<NamedTensor> tensors, Map<String, String> state) {
        Path target = folder.resolve(name(step));
        try {
            Files.createDirectories(folder);
            deleteLeftovers();
            write(target, step, tensors, state);
        } catch (IOException | FileException | InvalidInputException e) {
            throw new TrainingException(
                    "the checkpoint of step " + step + " cannot be written (" + reason(e) + "): " + lastGood(step), e);
        }
        prune();
        return target;
    }

    private static void write(Path target, long step, Collection<NamedTensor> tensors, Map<String, String> state)
            throws IOException {
        SafetensorsWriter writer = new SafetensorsWriter();
        writer.metadata(STEP, Long.toString(step));
        state.forEach(writer::metadata);
        for (NamedTensor each : tensors) {
            writer.add(new WeightInfo(each.name(), DataType.F32, each.shape()), each.values());
        }
        try (WholeFile file = new WholeFile(target)) {
            String sha256 = writer.write(file.unfinished(), ProgressListener.NONE, Cancellation.NEVER)
                    .sha256();
            String sum = sha256 + "  " + target.getFileName() + "\n";
            Path side = checksum(target);
            // Where a file is replaced, the old one must count as whole until the new one has taken its place.
            boolean replaced = Files.exists(target) && Files.exists(side);
            WholeFile.write(side, replaced ? sum + sums(side).findFirst().orElse("") + "\n" : sum);
            file.finish();
            if (replaced) {
                WholeFile.write(side, sum);
            }
        }
    }

    /**
     * The newest checkpoint that is whole. A newer one that is damaged is reported and set aside as {@code NAME.damaged}.
     *
     * @throws TrainingException if there are checkpoints and all are damaged
     */
    public Optional<SavedCheckpoint> latest() {
        List<Path> files = newestFirst();
        for (Path each : files) {
            String problem;
            try {
                problem = damage(each);
                if (problem == null) {
                    return Optional.of(opened(each));
                }
            } catch (InvalidInputException | FileException | IOException e) {
                problem = reason(e);
            }
            setAside(each, problem);
        }
        if (!files.isEmpty()) {
            throw new TrainingException("every checkpoint in " + folder + " is damaged; start the run anew");
        }
        return Optional.empty();
    }

    private static SavedCheckpoint opened(Path file) {
        try (Checkpoint checkpoint = Checkpoint.open(file)) {
            Map<String, String> state = new LinkedHashMap<>(checkpoint.metadata());
            state.remove(STEP);
            return new SavedCheckpoint(step(file), file, state);
        }
    }

    /** What is wrong with a file; null if nothing is. */
    private static String damage(Path file) throws IOException {
        Path side = checksum(file);
        if (!Files.exists(side)) {
            return side.getFileName() + " is missing";
        }
        String sum = Sha256.ofFile(file);
        return sums(side).anyMatch(each -> each.startsWith(sum + " ")) ? null : "its checksum does not fit";
    }

    private static Stream<String> sums(Path side) throws IOException {
        return Files.size(side) > LONGEST_SIDE_FILE
                ? Stream.of()
                : Files.readString(side, StandardCharsets.US_ASCII).lines();
    }

    private void setAside(Path file, String problem) {
        note.accept("checkpoint " + file + " is damaged and left aside: " + problem);
        try {
            Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new TrainingException(
                    "the damaged checkpoint " + file + " cannot be renamed (" + reason(e) + "); remove it", e);
        }
    }

    private void prune() {
        List<Path> files = newestFirst();
        for (Path each : files.subList(Math.min(keep, files.size()), files.size())) {
            try {
                // Tensors without a checksum would look damaged.
                Files.deleteIfExists(each);
                Files.deleteIfExists(checksum(each));
            } catch (IOException e) {
                note.accept("the old checkpoint " + each + " cannot be deleted: " + reason(e));
            }
        }
    }

    private void deleteLeftovers() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path each : entries.filter(WholeFile::isLeftover).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    private List<Path> newestFirst() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> found = new ArrayList<>(entries.filter(
                            each -> NAME.matcher(each.getFileName().toString()).matches())
                    .toList());
            found.sort(Comparator.comparingLong(Checkpoints::step).reversed());
            return found;
        } catch (IOException e) {
            throw new TrainingException(folder + " cannot be read (" + reason(e) + ")", e);
        }
    }

    private String lastGood(long failed) {
        return newestFirst().stream()
                .filter(each -> step(each) != failed)
                .findFirst()
                .map(each -> "the last good one is " + each + "; make room and go on with --resume")
                .orElse("there is none yet; make room and start again");
    }

    private static String name(long step) {
        return String.format(Locale.ROOT, "step-%08d.safetensors", step);
    }

    private static Path checksum(Path file) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".sha256");
    }

    private static long step(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalArgumentException(file + " is no checkpoint");
        }
        return Long.parseLong(name.group(1));
    }

    private static String reason(Exception e) {
        if (e.getCause() instanceof IOException cause) {
            return reason(cause);
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
