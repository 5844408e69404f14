package org.nextscale.model.internal.recognition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.checkpoint.Checkpoint;
import org.nextscale.files.FileErrors;
import org.nextscale.files.PrintableText;

/**
 * The checkpoints of one model, as they lie in a folder.
 *
 * @param files a tokenizer's and a transformer's, or one that holds both
 * @param config the {@code config.json} beside them
 */
public record CheckpointFolder(List<Path> files, Optional<Path> config) {
    private static final String CONFIG = "config.json";
    private static final String INDEX = ".index.json";
    private static final Pattern CHECKPOINT = Pattern.compile("(?i)[^.].*\\.(pth|pt|ckpt|safetensors|index\\.json)");
    private static final Pattern TOKENIZER = Pattern.compile("(?i)(vae|tokenizer).*");
    private static final Pattern TRANSFORMER = Pattern.compile("(?i)(var|transformer).*");
    /** One of the files that an index lists, as everybody calls them. */
    private static final Pattern SHARD = Pattern.compile("(.*)-\\d{5}-of-(\\d{5})(\\.\\w+)");

    private static final int FILES_SHOWN = 5;

    /**
     * Finds them: {@code vae.pth} and {@code var.pth}, else the only {@code vae*} and the only {@code var*} among the
     * checkpoints there, else the only one or the only two. Files that an index lists are one checkpoint, the index.
     *
     * @param path a folder, or the one file itself
     */
    public static CheckpointFolder find(Path path) {
        if (!Files.isDirectory(path)) {
            if (!Files.exists(path)) {
                throw new InvalidInputException(path + ": no such file or folder");
            }
            return new CheckpointFolder(List.of(path), configBeside(path));
        }
        Path tokenizer = path.resolve("vae.pth");
        Path transformer = path.resolve("var.pth");
        if (Files.exists(tokenizer) && Files.exists(transformer)) {
            return new CheckpointFolder(List.of(tokenizer, transformer), config(path));
        }
        List<Path> checkpoints = checkpoints(path);
        List<Path> tokenizers = named(checkpoints, TOKENIZER);
        List<Path> transformers = named(checkpoints, TRANSFORMER);
        if (tokenizers.size() == 1 && transformers.size() == 1) {
            return new CheckpointFolder(List.of(tokenizers.get(0), transformers.get(0)), config(path));
        }
        if (checkpoints.size() == 1 || checkpoints.size() == 2) {
            return new CheckpointFolder(checkpoints, config(path));
        }
        throw new InvalidInputException(path + " is no model: it holds neither a model.json nor "
                + (checkpoints.isEmpty()
                        ? "checkpoints (.pth or .safetensors)"
                        : "one vae* with one var*, but " + names(checkpoints) + "; give the files that are meant"));
    }

    /**
     * The tokenizer's checkpoint in a folder: the only {@code tokenizer*} or {@code vae*}, else the only checkpoint; empty if
     * it cannot be told.
     */
    public static Optional<Path> tokenizer(Path folder) {
        List<Path> checkpoints = checkpoints(folder);
        List<Path> tokenizers = named(checkpoints, TOKENIZER);
        List<Path> found = tokenizers.isEmpty() ? checkpoints : tokenizers;
        return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
    }

    /**
     * Opens a checkpoint that is to be used by itself.
     *
     * @throws InvalidInputException also where it is one of several files that make a checkpoint
     */
    static Checkpoint open(Path file) {
        Matcher shard = SHARD.matcher(String.valueOf(file.getFileName()));
        if (shard.matches() && Integer.parseInt(shard.group(2)) > 1) {
            throw new InvalidInputException(file + ": is one of the " + Integer.parseInt(shard.group(2))
                    + " files of a checkpoint; give their index, " + shard.group(1) + shard.group(3) + INDEX);
        }
        return Checkpoint.open(file);
    }

    private static List<Path> checkpoints(Path folder) {
        List<Path> found;
        try (Stream<Path> entries = Files.list(folder)) {
            found = entries.filter(each ->
                            CHECKPOINT.matcher(each.getFileName().toString()).matches())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
        Set<Path> shards = new HashSet<>();
        for (Path each : found) {
            if (each.getFileName().toString().endsWith(INDEX)) {
                try (Checkpoint index = Checkpoint.open(each)) {
                    List<Path> files = new ArrayList<>(index.files());
                    files.remove(each);
                    shards.addAll(files);
                }
            }
        }
        return found.stream().filter(each -> !shards.contains(each)).toList();
    }

    private static List<Path> named(List<Path> files, Pattern name) {
        return files.stream()
                .filter(each -> name.matcher(each.getFileName().toString()).matches())
                .toList();
    }

    private static String names(List<Path> files) {
        return files.stream()
                        .limit(FILES_SHOWN)
                        .map(each -> PrintableText.printable(each.getFileName().toString()))
                        .collect(Collectors.joining(", "))
                + (files.size() > FILES_SHOWN ? " …" : "");
    }

    /** The {@code config.json} in a file's folder. */
    public static Optional<Path> configBeside(Path file) {
        return config(file.toAbsolutePath().getParent());
    }

    private static Optional<Path> config(Path folder) {
        return Optional.ofNullable(folder).map(each -> each.resolve(CONFIG)).filter(Files::isRegularFile);
    }
}
