package org.nextscale.api.generation;

import java.util.Objects;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.Pixels;

/**
 * An image to start from and what to keep of it: in-painting, out-painting, class-conditional editing (VAR, section 4.4).
 * Immutable.
 */
public final class Edit {
    private final Pixels image;
    private final ImageMask mask;
    private final OptionalInt compositeFeather;

    private Edit(Pixels image, ImageMask mask, OptionalInt compositeFeather) {
        this.image = image;
        this.mask = Objects.requireNonNull(mask, "mask");
        this.compositeFeather = compositeFeather;
        if (image.batch() != 1) {
            throw new IllegalArgumentException("an edit takes one image, not " + image.batch());
        }
    }

    /**
     * An edit whose kept areas change a little, as in the reference.
     *
     * @param image one image, {@code [1, 3, size, size]} in [-1, 1], of the model's own size
     * @param mask what to keep
     */
    public static Edit of(Pixels image, ImageMask mask) {
        return new Edit(image, mask, OptionalInt.empty());
    }

    /**
     * The same with the kept part of the image put back pixel by pixel over what the decoder made.
     *
     * @param feather over so many pixels its edge fades; 0 for a hard one
     * @throws InvalidInputException if it is negative
     */
    public Edit withComposite(int feather) {
        if (feather < 0) {
            throw new InvalidInputException("feather " + feather + " must not be negative");
        }
        return new Edit(image, mask, OptionalInt.of(feather));
    }

    /** One image, {@code [1, 3, size, size]} in [-1, 1]. */
    public Pixels image() {
        return image;
    }

    /** What to keep of it. */
    public ImageMask mask() {
        return mask;
    }

    /** Pixels over which the edge of what is put back fades; empty if nothing is put back. */
    public OptionalInt compositeFeather() {
        return compositeFeather;
    }
}
