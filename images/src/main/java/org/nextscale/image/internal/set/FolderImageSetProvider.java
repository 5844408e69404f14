package org.nextscale.image.internal.set;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImagePart;
import org.nextscale.api.image.ImageSet;
import org.nextscale.api.image.ImageSetProvider;
import org.osgi.service.component.annotations.Component;

/**
 * Opens folders of pictures, in a folder for each class or not. A folder is divided where it has the folders {@code train} and
 * {@code test} (or {@code val}) with folders of classes in them.
 */
@Component(service = ImageSetProvider.class)
public final class FolderImageSetProvider implements ImageSetProvider {
    private static final List<String> TRAIN = List.of("train");
    private static final List<String> TEST = List.of("test", "val", "validation");
    private static final int NAMED = 5;

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
        Optional<Path> train = part(path, TRAIN);
        if (train.isEmpty()) {
            return part == ImagePart.TEST ? Optional.empty() : Optional.of(undivided(path, part, note));
        }
        Optional<Path> test = part(path, TEST);
        List<String> classNames = PictureFiles.classes(train.get());
        Optional<ImageSet> training = Optional.empty();
        if (part != ImagePart.TEST) {
            sayWhatIsBeside(path, train.get(), test, note);
            training = Optional.of(training(path, PictureFiles.inClasses(train.get(), classNames, note)));
        }
        Optional<ImageSet> measuring = Optional.empty();
        if (part != ImagePart.TRAIN && test.isPresent()) {
            PictureFiles pictures = PictureFiles.inClasses(test.get(), classNames, note);
            measuring = Optional.of(new FolderImageSet(test.get(), notEmpty(test.get(), pictures)));
        }
        return JoinedImageSet.of(training, measuring);
    }

    /** A sub-folder that has folders of classes in it; without any it is a class itself. */
    private static Optional<Path> part(Path path, List<String> names) {
        for (String name : names) {
            Path folder = path.resolve(name);
            if (Files.isDirectory(folder) && !PictureFiles.classes(folder).isEmpty()) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    /** What lies beside the parts belongs to neither. */
    private static void sayWhatIsBeside(Path path, Path train, Optional<Path> test, Consumer<String> note) {
        List<Path> parts = new ArrayList<>(List.of(train));
        test.ifPresent(parts::add);
        List<String> beside = PictureFiles.beside(path, parts);
        if (!beside.isEmpty()) {
            note.accept(path + " is divided, its images are in "
                    + parts.stream().map(each -> each.getFileName().toString()).collect(Collectors.joining(" and "))
                    + "; left out beside them: " + String.join(", ", beside.subList(0, Math.min(NAMED, beside.size())))
                    + (beside.size() > NAMED ? " and " + (beside.size() - NAMED) + " more" : ""));
        }
    }

    private static ImageSet undivided(Path path, ImagePart part, Consumer<String> note) {
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
