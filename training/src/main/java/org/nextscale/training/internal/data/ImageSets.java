package org.nextscale.training.internal.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;

/**
 * Opens a folder of images, whatever its kind: IDX files (MNIST, Fashion-MNIST), CIFAR-10 or CIFAR-100 in their binary
 * version, or pictures (PNG, JPEG, WebP) in a sub-folder a class.
 */
public final class ImageSets {
    private ImageSets() {}

    /**
     * Opens one part of a set. A folder of pictures without {@code train} and {@code test} (or {@code val}) in it is all
     * training images.
     *
     * @param side pixels along an edge of the images to be read
     * @param note hears of pictures that are left out, a line each
     * @throws InvalidInputException if there is no such part, or its files cannot be used
     */
    public static ImageSet open(Path data, int side, Part part, Consumer<String> note) {
        return find(data, side, part, note)
                .orElseThrow(() -> new InvalidInputException(data + " has no " + part + " images: needed are IDX files"
                        + " (train-images-idx3-ubyte), CIFAR batches (.bin), or PNG, JPEG or WebP files in a folder for"
                        + " each class"));
    }

    /** The same, or nothing if the folder has no such part. */
    public static Optional<ImageSet> find(Path data, int side, Part part, Consumer<String> note) {
        if (!Files.isDirectory(data)) {
            throw new InvalidInputException(
                    data + (Files.exists(data) ? " is a file, a folder of images is needed" : " does not exist"));
        }
        try {
            Optional<Path> idx = IdxImages.find(data, part);
            if (idx.isPresent()) {
                return Optional.of(IdxImages.open(data, idx.get(), part, side));
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new InvalidInputException(data + " cannot be read: " + e.getMessage(), e);
        }
    }
}
