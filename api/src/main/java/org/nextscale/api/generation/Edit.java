package org.nextscale.api.generation;

import java.util.Objects;
import java.util.OptionalInt;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.tokenizer.Pixels;

/**
 * An image to start from and what to keep of it: in-painting, out-painting, class-conditional editing (VAR, section 4.4).
 *
 * @param image one image, {@code [1, 3, size, size]} in [-1, 1], of the model's own size
 * @param mask what to keep
 * @param compositeFeather where given, the kept part of {@code image} is put back pixel by pixel over what the decoder
 *     made, with an edge that fades over so many pixels (0 for a hard one); without it kept areas change a little, as in
 *     the reference
 */
public record Edit(Pixels image, ImageMask mask, OptionalInt compositeFeather) {

    public Edit {
        Objects.requireNonNull(image, "image");
        Objects.requireNonNull(mask, "mask");
        Objects.requireNonNull(compositeFeather, "compositeFeather");
        if (compositeFeather.orElse(0) < 0) {
            throw new InvalidInputException("feather " + compositeFeather.getAsInt() + " must not be negative");
        }
        if (image.batch() != 1) {
            throw new IllegalArgumentException("an edit takes one image, not " + image.batch());
        }
    }
}
