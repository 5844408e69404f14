package org.nextscale.evaluation.images;

import java.util.Optional;
import java.util.OptionalInt;
import org.nextscale.api.image.RgbImage;

/**
 * An image to be measured.
 *
 * @param label number of its class, where it is known
 * @param className what its class is called, where that is more than a number
 */
public record LabelledImage(RgbImage image, OptionalInt label, Optional<String> className) {
    /** An image of which only pixels are known. */
    public static LabelledImage of(RgbImage image) {
        return new LabelledImage(image, OptionalInt.empty(), Optional.empty());
    }
}
