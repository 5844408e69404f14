package org.nextscale.model.internal.recognition;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;

/**
 * The checkpoints of one model, as they lie in a folder.
 *
 * @param files a tokenizer's and a transformer's, or one that holds both
 * @param config the {@code config.json} beside them
 */
public record CheckpointFolder(List<Path> files, Optional<Path> config) {
    private static final String CONFIG = "config.json";

    /**
     * Finds them: {@code vae.pth} and {@code var.pth}, else the only {@code vae*.pth} and the only {@code var*.pth}, else
     * the only checkpoint.
     *
     * @param path a folder, or the one file itself
     */
    public static CheckpointFolder find(Path path) {
        if (!Files.isDirectory(path)) {
            if (!Files.exists(path)) {
                throw new InvalidInputException(path + ": no such file or folder");
            }
            return new CheckpointFolder(
                    List.of(path), config(path.toAbsolutePath().getParent()));
        }
        Path tokenizer = path.resolve("vae.pth");
        Path transformer = path.resolve("var.pth");
        if (Files.exists(tokenizer) && Files.exists(transformer)) {
            return new CheckpointFolder(List.of(tokenizer, transformer), config(path));
        }
        List<Path> checkpoints = checkpoints(path);
        List<Path> tokenizers = named(checkpoints, "vae");
        List<Path> transformers = named(checkpoints, "var");
        if (tokenizers.size() == 1 && transformers.size() == 1) {
            return new CheckpointFolder(List.of(tokenizers.get(0), transformers.get(0)), config(path));
        }
        if (checkpoints.size() == 1) {
            return new CheckpointFolder(checkpoints, config(path));
        }
        throw new InvalidInputException(path + " is no model: it holds neither a model.json nor "
                + (checkpoints.isEmpty() ? "checkpoints (.pth)" : "one vae*.pth with one var*.pth"));
    }

    private static List<Path> checkpoints(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(each -> each.getFileName().toString().matches("(?i).*\\.(pth|pt)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    private static List<Path> named(List<Path> files, String prefix) {
        return files.stream()
                .filter(each -> each.getFileName().toString().startsWith(prefix))
                .toList();
    }

    /** The {@code config.json} in a file's folder. */
    public static Optional<Path> configBeside(Path file) {
        return config(file.toAbsolutePath().getParent());
    }

    private static Optional<Path> config(Path folder) {
        return Optional.ofNullable(folder).map(each -> each.resolve(CONFIG)).filter(Files::isRegularFile);
    }
}
