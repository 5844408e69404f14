package org.nextscale.image.internal.set;

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

/** Opens images in an {@code .npz} as OpenAI's evaluator takes it. */
@Component(service = ImageSetProvider.class)
public final class NpzImageSetProvider implements ImageSetProvider {
    /** An archive may hold anything. */
    private static final int FAIRLY_SURE = 50;

    @Override
    public String id() {
        return "npz";
    }

    @Override
    public String description() {
        return "an .npz of numpy with arr_0, [images, height, width, 3], and the classes in arr_1 or not";
    }

    @Override
    public int match(Path path) {
        if (!Files.isRegularFile(path)) {
            return 0;
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(2);
            return start.length == 2 && start[0] == 'P' && start[1] == 'K' ? FAIRLY_SURE : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        return part == ImagePart.TEST ? Optional.empty() : Optional.of(NpzImageSet.open(path, note));
    }
}
