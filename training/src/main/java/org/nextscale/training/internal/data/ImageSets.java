package org.nextscale.training.internal.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
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
     * @param note hears of pictures that are left out, a line each, on whatever thread reads them
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
            Optional<CifarImages> cifar = CifarImages.find(data, part);
            if (cifar.isPresent()) {
                return Optional.of(cifar.get().open(side));
            }
            Optional<PictureFiles> pictures = PictureFiles.find(data, part);
            if (pictures.isEmpty()) {
                return Optional.empty();
            }
            requirePictures(data, part, pictures.get());
            return Optional.of(FolderImages.open(pictures.get(), side, FolderImages.MOST_KEPT, note));
        } catch (UncheckedIOException e) {
            throw new InvalidInputException(
                    data + " cannot be read: " + e.getCause().getMessage(), e);
        } catch (IOException e) {
            throw new InvalidInputException(data + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static void requirePictures(Path data, Part part, PictureFiles pictures) {
        if (pictures.files().isEmpty()) {
            throw new InvalidInputException(
                    data + " has " + pictures.classNames().size() + " folders and no PNG, JPEG or WebP file in them");
        }
        BitSet present = new BitSet();
        IntStream.of(pictures.labels()).forEach(present::set);
        int missing = present.nextClearBit(0);
        if (part == Part.TRAIN && missing < pictures.classNames().size()) {
            throw new InvalidInputException(data + " has no PNG, JPEG or WebP file of class "
                    + pictures.classNames().get(missing) + "; remove its folder or put pictures into it");
        }
    }
}
