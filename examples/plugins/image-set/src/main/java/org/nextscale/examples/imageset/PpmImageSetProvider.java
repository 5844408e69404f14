package org.nextscale.examples.imageset;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.osgi.service.component.annotations.Component;

/** Opens files of PPM images wherever images are named: to learn from, to measure, to compare with. */
@Component
public final class PpmImageSetProvider implements ImageSetProvider {
    private static final int SURE = 100;

    @Override
    public String id() {
        return "ppm";
    }

    @Override
    public String description() {
        return "binary PPM files (P6, 8 bit) of one or more images behind each other";
    }

    @Override
    public int match(Path path) {
        if (!Files.isRegularFile(path)) {
            return 0;
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(PpmHeader.MAGIC.length() + 1);
            return PpmHeader.begins(start) ? SURE : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    /** Such files are not divided: all of one is there to learn from, and nothing else. */
    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        return part == ImagePart.TEST ? Optional.empty() : Optional.of(PpmImageSet.open(path));
    }
}
