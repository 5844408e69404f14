package org.nextscale.engine.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.engine.internal.checkpoint.PositionalFile;

/**
 * One model package in a list: what its {@code model.json} says. Weights are not opened.
 *
 * @param folder where it lies
 * @param manifest its description; empty if it cannot be used
 * @param problem why it cannot be used
 */
public record ModelSummary(Path folder, Optional<ModelManifest> manifest, Optional<String> problem) {

    /** Its name, or its folder's if it cannot be used. */
    public String name() {
        return manifest.map(ModelManifest::name)
                .orElseGet(
                        () -> folder.toAbsolutePath().normalize().getFileName().toString());
    }

    /** Its architecture in a few words; empty if it cannot be used. */
    public Optional<String> architecture() {
        return manifest.map(said -> PublishedModel.describe(said.spec()));
    }

    /** Bytes of its weights; 0 if it cannot be used. */
    public long bytes() {
        return manifest.map(
                        said -> said.tokenizer().bytes() + said.transformer().bytes())
                .orElse(0L);
    }

    /**
     * The packages among the given folders and directly in them, sorted by folder. Folders that do not exist are passed
     * over; a broken package is listed with its problem.
     */
    public static List<ModelSummary> list(List<Path> folders) {
        List<ModelSummary> found = new ArrayList<>();
        for (Path folder : folders) {
            if (ModelPackage.isPackage(folder)) {
                found.add(of(folder));
            } else if (Files.isDirectory(folder)) {
                try (Stream<Path> inside = Files.list(folder)) {
                    inside.filter(ModelPackage::isPackage)
                            .filter(each -> !each.getFileName().toString().startsWith("."))
                            .sorted()
                            .forEach(each -> found.add(of(each)));
                } catch (IOException e) {
                    throw PositionalFile.failure(folder, e);
                }
            }
        }
        return List.copyOf(found);
    }

    private static ModelSummary of(Path folder) {
        try {
            Path file = folder.resolve(ManifestFile.NAME);
            ModelManifest manifest = ManifestFile.parse(file, JsonFields.load(file));
            for (FileDigest each : List.of(manifest.tokenizer(), manifest.transformer())) {
                if (!Files.isRegularFile(folder.resolve(each.name()))) {
                    return new ModelSummary(folder, Optional.of(manifest), Optional.of(each.name() + " is missing"));
                }
            }
            return new ModelSummary(folder, Optional.of(manifest), Optional.empty());
        } catch (InvalidInputException e) {
            return new ModelSummary(folder, Optional.empty(), Optional.of(e.getMessage()));
        }
    }
}
