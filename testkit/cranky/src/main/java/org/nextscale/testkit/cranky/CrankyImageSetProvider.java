package org.nextscale.testkit.cranky;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.api.image.RgbImage;
import org.nextscale.api.plugin.Parameter;
import org.osgi.service.component.annotations.Component;

/**
 * Throws when it is shown anything but {@code throws.cranky}, {@code nonsense.cranky} …, which it is quite sure of: the name is its
 * mood. Its nonsense is a class that no image has.
 */
@Component(service = ImageSetProvider.class)
public final class CrankyImageSetProvider implements CrankyPlugin, ImageSetProvider {
    @Override
    public List<Parameter> parameters() {
        return List.of();
    }

    @Override
    public int match(Path path) {
        if (path.getFileName().toString().endsWith(".cranky")) {
            return 100;
        }
        throw new IllegalStateException("I do not look at " + path);
    }

    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        return Optional.of(new CrankyImages(Mood.of(path.getFileName().toString())));
    }

    private record CrankyImages(Mood mood) implements ImageSet {
        @Override
        public String description() {
            return "cranky images";
        }

        @Override
        public int size() {
            return 2;
        }

        @Override
        public List<String> classNames() {
            return List.of("only");
        }

        @Override
        public OptionalInt label(int index) {
            return OptionalInt.of(mood == Mood.NONSENSE ? 7 : 0);
        }

        @Override
        public RgbImage image(int index) {
            mood.act();
            return mood == Mood.NULL ? null : new RgbImage(1, 1, new byte[3]);
        }

        @Override
        public String fingerprint() {
            return "0".repeat(64);
        }
    }
}
