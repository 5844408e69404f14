package org.nextscale.engine.internal.generation;

import java.nio.file.Path;
import org.nextscale.api.generation.GeneratedImage;
import org.nextscale.api.image.Provenance;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.model.Condition;
import org.nextscale.image.PngFile;
import org.nextscale.image.ProvenanceText;

/** An image as the engine hands it over. */
record FinishedImage(long number, Condition condition, RgbImage pixels, Provenance provenance)
        implements GeneratedImage {
    @Override
    public byte[] png() {
        return PngFile.bytes(pixels, ProvenanceText.texts(provenance));
    }

    @Override
    public void save(Path file) {
        PngFile.write(file, pixels, ProvenanceText.texts(provenance));
    }
}
