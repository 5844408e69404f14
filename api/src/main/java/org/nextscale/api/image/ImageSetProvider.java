package org.nextscale.api.image;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.nextscale.api.plugin.Plugin;
import org.osgi.annotation.versioning.ConsumerType;

/** Opens sets of images of one kind: a format of files, a layout of folders. Thread-safe. */
@ConsumerType
public interface ImageSetProvider extends Plugin {
    /**
     * How sure it is that a file or folder holds images of its kind. The surest opens it. Looks at names and a few first bytes.
     *
     * @return 0 for not at all, 100 for a content that can be nothing else; folders with pictures in them say 1
     */
    int match(Path path);

    /**
     * Opens a set, or a part of one. Files are distrusted: their headers are checked before anything is believed.
     *
     * @param path which {@link #match} is sure of
     * @param note is told of images that are left out, a line each, on whatever thread reads them
     * @return empty if it has no such part
     * @throws org.nextscale.api.InvalidInputException if what is there cannot be used, in one line
     */
    Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note);
}
