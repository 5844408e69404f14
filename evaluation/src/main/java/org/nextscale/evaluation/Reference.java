package org.nextscale.evaluation;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.nextscale.evaluation.images.ImageSource;
import org.nextscale.files.numpy.NpzFile;

/**
 * The real images, as images, as statistics computed earlier, or as both: the field's reference batches hold both, for
 * different metrics.
 */
public record Reference(Optional<ImageSource> images, Optional<ReferenceStatistics> statistics) {

    /** No real images, for metrics that do without. */
    public static final Reference NONE = new Reference(Optional.empty(), Optional.empty());

    public static Reference of(ImageSource images) {
        return new Reference(Optional.of(images), Optional.empty());
    }

    /**
     * Opens any set of images, and {@code .npz} files with {@code mu} and {@code sigma}, with or without images beside them.
     *
     * @param images opens a set where there are images
     */
    public static Reference open(Path path, Supplier<ImageSource> images) {
        boolean npz = Files.isRegularFile(path) && path.toString().endsWith(".npz");
        if (npz && ReferenceStatistics.areIn(path)) {
            boolean alsoImages;
            try (NpzFile file = NpzFile.open(path)) {
                alsoImages = file.contains("arr_0");
            }
            return new Reference(
                    alsoImages ? Optional.of(images.get()) : Optional.empty(),
                    Optional.of(ReferenceStatistics.read(path)));
        }
        return of(images.get());
    }
}
