package org.nextscale.image.internal.set;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.nextscale.files.FileErrors;
import org.osgi.service.component.annotations.Component;

/**
 * Opens folders of pictures, in a folder for each class or not. A folder is divided where it has the folders {@code train} and
 * {@code test} (or {@code val}) with folders of classes in them.
 */
@Component(service = ImageSetProvider.class)
public final class FolderImageSetProvider implements ImageSetProvider {
    private static final List<String> TRAIN = List.of("train");
    private static final List<String> TEST = List.of("test", "val", "validation");

    @Override
    public String id() {
        return "folder";
    }

    @Override
    public String description() {
        return "a folder of PNG, JPEG and WebP files, best in a folder for each class";
    }

    @Override
    public int match(Path path) {
        return Files.isDirectory(path) ? 1 : 0;
    }

    @Override
    public Optional<ImageSet> open(Path path, ImagePart part, Consumer<String> note) {
        try {
            Optional<Path> train = part(path, TRAIN);
            if (train.isEmpty()) {
                return part == ImagePart.TEST ? Optional.empty() : Optional.of(undivided(path, part, note));
            }
            List<String> classNames = PictureFiles.classes(train.get());
            Optional<ImageSet> training = Optional.empty();
            if (part != ImagePart.TEST) {
                training = Optional.of(training(path, PictureFiles.inClasses(train.get(), classNames, note)));
            }
            Optional<Path> test = part == ImagePart.TRAIN ? Optional.empty() : part(path, TEST);
            Optional<ImageSet> measuring = Optional.empty();
            if (test.isPresent()) {
                PictureFiles pictures = PictureFiles.inClasses(test.get(), classNames, note);
                measuring = Optional.of(new FolderImageSet(test.get(), notEmpty(test.get(), pictures)));
            }
            return JoinedImageSet.of(training, measuring);
        } catch (IOException e) {
            throw FileErrors.reading(path, e);
        }
    }

    /** A sub-folder that has folders of classes in it; without any it is a class itself. */
    private static Optional<Path> part(Path path, List<String> names) throws IOException {
        for (String name : names) {
            Path folder = path.resolve(name);
            if (Files.isDirectory(folder) && !PictureFiles.classes(folder).isEmpty()) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    private static ImageSet undivided(Path path, ImagePart part, Consumer<String> note) throws IOException {
        List<String> classNames = PictureFiles.classes(path);
        return part == ImagePart.TRAIN && !classNames.isEmpty()
                ? training(path, PictureFiles.inClasses(path, classNames, note))
                : new FolderImageSet(path, notEmpty(path, PictureFiles.all(path, note)));
    }

    /** Of every class there must be a picture to learn from. */
    private static ImageSet training(Path path, PictureFiles pictures) {
        notEmpty(path, pictures);
        BitSet present = new BitSet();
        IntStream.of(pictures.labels()).forEach(present::set);
        int missing = present.nextClearBit(0);
        if (missing < pictures.classNames().size()) {
            throw new InvalidInputException(path + " has no PNG, JPEG or WebP file of class "
                    + pictures.classNames().get(missing) + "; remove its folder or put pictures into it");
        }
        return new FolderImageSet(path, pictures);
    }

    private static PictureFiles notEmpty(Path path, PictureFiles pictures) {
        if (pictures.files().isEmpty()) {
            throw new InvalidInputException(path + " has no PNG, JPEG or WebP file in it");
        }
        return pictures;
    }
}
