package org.nextscale.evaluation.internal;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.CancellationToken;
import org.nextscale.engine.image.ImageFiles;
import org.nextscale.engine.image.ProvenanceText;
import org.nextscale.engine.image.RgbImage;
import org.nextscale.evaluation.ImageSource;
import org.nextscale.evaluation.LabelledImage;

/**
 * PNG and JPEG files in a folder and the folders in it. The class of an image is what Nextscale stored in it; else the
 * number that its folder is called by; else the place of its folder in alphabetical order.
 */
public final class FolderImages implements ImageSource {
    private static final int DEEPEST = 16;

    private final Path folder;
    private final List<Path> files;
    private final List<String> unreadable;
    private final Map<String, Integer> classes;
    private final int side;

    private FolderImages(Path folder, List<Path> files, List<String> unreadable, OptionalInt side) {
        this.folder = folder;
        this.files = files;
        this.unreadable = unreadable;
        this.classes = classes();
        this.side = side.orElseGet(this::sideOfFirst);
    }

    /** Lists the folder, without opening more than the first image. */
    public static FolderImages open(Path folder, OptionalInt side) {
        Listing listing = new Listing();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, listing);
        } catch (IOException e) {
            throw new InvalidInputException(folder + " cannot be listed: " + e.getMessage(), e);
        }
        if (listing.images.isEmpty()) {
            throw new InvalidInputException(folder + " holds no PNG or JPEG file");
        }
        listing.images.sort(Comparator.comparing(Path::toString));
        return new FolderImages(folder, listing.images, listing.unreadable, side);
    }

    private static final class Listing extends SimpleFileVisitor<Path> {
        private final List<Path> images = new ArrayList<>();
        private final List<String> unreadable = new ArrayList<>();

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
            if (!name.startsWith(".") && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))) {
                images.add(file);
            }
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) {
            unreadable.add(file + " cannot be read: " + e);
            return FileVisitResult.CONTINUE;
        }
    }

    /** The folders by class, in alphabetical order. */
    private Map<String, Integer> classes() {
        Map<String, Integer> numbers = new TreeMap<>();
        files.forEach(file -> classFolder(file).ifPresent(name -> numbers.put(name, 0)));
        boolean numbered = numbers.keySet().stream().allMatch(name -> name.matches("[0-9]{1,9}"));
        int next = 0;
        for (Map.Entry<String, Integer> each : numbers.entrySet()) {
            each.setValue(numbered ? Integer.parseInt(each.getKey()) : next++);
        }
        return numbers;
    }

    private Optional<String> classFolder(Path file) {
        Path within = folder.relativize(file);
        return within.getNameCount() > 1 ? Optional.of(within.getName(0).toString()) : Optional.empty();
    }

    private int sideOfFirst() {
        InvalidInputException first = null;
        for (Path file : files) {
            try {
                ImageFiles.Size size = ImageFiles.size(file);
                return Math.min(size.width(), size.height());
            } catch (InvalidInputException e) {
                first = first == null ? e : first;
            }
        }
        throw new InvalidInputException("none of the " + files.size() + " images in " + folder
                + " can be read; the first: " + first.getMessage());
    }

    @Override
    public String description() {
        return folder.toString();
    }

    @Override
    public OptionalInt side() {
        return OptionalInt.of(side);
    }

    @Override
    public int most() {
        return files.size();
    }

    @Override
    public void read(Sink sink, CancellationToken cancellation) {
        unreadable.forEach(sink::skipped);
        for (Path file : files) {
            cancellation.throwIfCancelled();
            LabelledImage image;
            try {
                image = image(file);
            } catch (InvalidInputException e) {
                sink.skipped(e.getMessage());
                continue;
            }
            sink.image(image);
        }
    }

    private LabelledImage image(Path file) {
        Optional<Map<String, String>> provenance = provenance(file);
        if (provenance
                .filter(made -> made.containsKey("grid") || made.containsKey("scales"))
                .isPresent()) {
            throw new InvalidInputException(file + " shows several images side by side");
        }
        RgbImage image = RgbImage.of(ImageFiles.readPixels(file, side), 0);
        return new LabelledImage(image, label(file, provenance));
    }

    private static Optional<Map<String, String>> provenance(Path file) {
        try {
            boolean png = file.toString().toLowerCase(Locale.ROOT).endsWith(".png");
            return png ? ProvenanceText.read(file) : Optional.empty();
        } catch (InvalidInputException notOurs) {
            return Optional.empty();
        }
    }

    private OptionalInt label(Path file, Optional<Map<String, String>> provenance) {
        Optional<String> stored = provenance.map(made -> made.get("class"));
        if (stored.isPresent() && stored.get().matches("[0-9]{1,9}")) {
            return OptionalInt.of(Integer.parseInt(stored.get()));
        }
        return classFolder(file).map(classes::get).map(OptionalInt::of).orElse(OptionalInt.empty());
    }
}
