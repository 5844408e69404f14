package org.nextscale.api.image;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Images with or without classes, to learn from or to measure: a set may be larger than memory. Once opened it does not change,
 * and the same index always gives the same image. Thread-safe, unless it can only be read in order.
 */
@ConsumerType
public interface ImageSet extends AutoCloseable {
    /** Where they come from, in words. */
    String description();

    /** The file or folder that a person named; an engine knows it of every set that it opened. Empty for images from elsewhere. */
    default Optional<Path> location() {
        return Optional.empty();
    }

    /** How many there are; some may turn out not to be readable. */
    int size();

    /** What to call an image in messages: the path of its file, for instance. */
    default String name(int index) {
        return "image " + index + " of " + description();
    }

    /** Names of the classes, by label; empty where images have no classes, or only their numbers are known. */
    List<String> classNames();

    /** Class of an image, from 0; empty where it is not known. */
    OptionalInt label(int index);

    /**
     * An image as it is, upright and in full size.
     *
     * @throws org.nextscale.api.InvalidInputException if it is damaged, or cannot be read for want of permission, naming it
     * @throws org.nextscale.api.FileException if the disk fails
     */
    RgbImage image(int index);

    /** Width and height of an image, for an estimate of memory: by its header, where there is one. Exceptions as above. */
    default ImageSize imageSize(int index) {
        RgbImage image = image(index);
        return new ImageSize(image.width(), image.height());
    }

    /** The size that all images have, if they have one in common; empty where each has its own, or nobody knows. */
    default Optional<ImageSize> commonSize() {
        return Optional.empty();
    }

    /** How an image was made, where its file says so. */
    default Optional<Provenance> provenance(int index) {
        return Optional.empty();
    }

    /** Whether images can be asked for in any order; otherwise they are asked for one after the other, by one thread. */
    default boolean isRandomAccess() {
        return true;
    }

    /**
     * SHA-256 in hexadecimal that stands for the data, the same on every machine: of the files' contents, or for folders of
     * pictures of their names, lengths and classes.
     */
    String fingerprint();

    @Override
    default void close() {}
}
