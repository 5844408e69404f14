package org.nextscale.api.generation;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.osgi.annotation.versioning.ProviderType;

/** A finished image. Immutable. */
@ProviderType
public interface GeneratedImage {
    /** Number of the image under the request's seed. */
    long number();

    /** What it shows. */
    Condition condition();

    /** Its pixels; shared, not copied. */
    RgbImage pixels();

    /** All that is needed to make it again. */
    Provenance provenance();

    /** As the bytes of a PNG file, which says how it was made. */
    byte[] png();

    /**
     * Writes {@link #png} to a file, which appears whole or not at all and replaces one of that name.
     *
     * @throws org.nextscale.api.InvalidInputException if there is no such folder, or it cannot be written to
     * @throws org.nextscale.api.FileException if it cannot be written, because the disk is full for instance
     */
    void save(Path file);

    /** For Java's own drawing and showing; needs the module {@code java.desktop}. */
    default BufferedImage toBufferedImage() {
        return pixels().toBufferedImage();
    }
}
