package org.nextscale.cli.internal.session;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.nextscale.api.InvalidInputException;

/**
 * Folders whose subfolders are model packages. A model found in an earlier folder hides one of that name in a later.
 *
 * @param roots they need not exist
 */
public record ModelFolders(List<Path> roots) {
    /** The model that comes with Nextscale, used when none is named. */
    static final String BOXED = "fashion-32";

    private static final String DESCRIPTION = "model.json";

    /**
     * @param environment folders joined as in {@code PATH}; may be {@code null}
     * @param home of the distribution; may be {@code null}
     */
    static ModelFolders of(String environment, Path home) {
        List<Path> roots = new ArrayList<>();
        if (environment != null) {
            for (String folder : environment.split(File.pathSeparator)) {
                if (!folder.isBlank()) {
                    roots.add(Path.of(folder));
                }
            }
        }
        if (home != null) {
            roots.add(home.resolve("models"));
        }
        return new ModelFolders(roots);
    }

    /** Model packages by name. */
    public Map<String, Path> models() {
        Map<String, Path> models = new TreeMap<>();
        for (Path root : roots) {
            if (Files.isDirectory(root)) {
                try (DirectoryStream<Path> folders = Files.newDirectoryStream(root)) {
                    for (Path folder : folders) {
                        if (isModel(folder)) {
                            models.putIfAbsent(folder.getFileName().toString(), folder);
                        }
                    }
                } catch (IOException e) {
                    throw new InvalidInputException("models folder " + root + " cannot be read: " + e.getMessage(), e);
                }
            }
        }
        return models;
    }

    /**
     * The folder of a model.
     *
     * @param text a name, a path, or {@code null} for the one that comes with Nextscale
     */
    public Path find(String text) {
        if (text == null) {
            return byDefault();
        }
        for (Path root : roots) {
            Path folder = resolved(root, text);
            if (folder != null && isModel(folder)) {
                return folder;
            }
        }
        Path path = resolved(Path.of(""), text);
        if (path != null && Files.exists(path)) {
            return path; // whether it is a model is for the package to say, in its own words
        }
        throw new InvalidInputException("there is no model '" + text + "': " + known());
    }

    private Path byDefault() {
        Map<String, Path> models = models();
        Path boxed = models.get(BOXED);
        if (boxed != null) {
            return boxed;
        }
        if (models.size() == 1) {
            return models.values().iterator().next();
        }
        throw new InvalidInputException("say which model with --model: " + known());
    }

    private String known() {
        Map<String, Path> models = models();
        if (!models.isEmpty()) {
            return "there is " + String.join(", ", models.keySet()) + ", and any folder of a model package";
        }
        return roots.isEmpty()
                ? "give the folder of a model package, or set NEXTSCALE_MODELS to the folder that holds them"
                : "no model package is in "
                        + String.join(", ", roots.stream().map(Path::toString).toList());
    }

    private static boolean isModel(Path folder) {
        return Files.isRegularFile(folder.resolve(DESCRIPTION));
    }

    private static Path resolved(Path root, String text) {
        try {
            return root.resolve(text);
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
