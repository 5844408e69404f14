package org.nextscale.image.internal.set;

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
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.Sha256;

/**
 * Picture files in a folder a class. Classes are named like their folders and numbered in the order of the names: of numbers where
 * all are, else of letters. Pictures in no such folder have no class. Hidden files and those with other endings than pictures have
 * are passed over.
 *
 * @param files class by class, in the order of their names, those without a class last
 * @param labels one a file; {@link #NONE} for one without
 */
record PictureFiles(List<String> classNames, List<Path> files, int[] labels, String fingerprint) {
    /** Label of a picture that has no class. */
    static final int NONE = -1;

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp");
    private static final int DEEPEST = 16;

    /** Names of the folders in a folder, in the order of their classes. */
    static List<String> classes(Path root) throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            List<String> names = entries.filter(each -> Files.isDirectory(each) && !hidden(each))
                    .map(each -> each.getFileName().toString())
                    .toList();
            return names.stream().sorted(order(names)).toList();
        }
    }

    /** {@code 10} comes behind {@code 9} where all names are numbers, and before it where they are not. */
    private static Comparator<String> order(List<String> names) {
        Comparator<String> letters = Comparator.naturalOrder();
        return names.stream().allMatch(name -> name.matches("[0-9]{1,9}"))
                ? Comparator.<String>comparingInt(Integer::parseInt).thenComparing(letters)
                : letters;
    }

    /**
     * The pictures of classes that are known.
     *
     * @param note is told of folders that cannot be read
     */
    static PictureFiles inClasses(Path root, List<String> classNames, Consumer<String> note) throws IOException {
        Set<String> unknown = new TreeSet<>(classes(root));
        classNames.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    root + " has the class " + unknown.iterator().next() + ", which the training images do not have");
        }
        Listing listing = new Listing(note);
        for (int label = 0; label < classNames.size(); label++) {
            Path folder = root.resolve(classNames.get(label));
            listing.sum.add(classNames.get(label));
            if (Files.isDirectory(folder)) {
                listing.add(folder, label, DEEPEST);
            }
        }
        return listing.result(classNames);
    }

    /** All pictures of a folder; its classes are the folders with pictures in them. */
    static PictureFiles all(Path root, Consumer<String> note) throws IOException {
        Listing listing = new Listing(note);
        List<String> classNames = new ArrayList<>();
        for (String name : classes(root)) {
            if (listing.add(root.resolve(name), classNames.size(), DEEPEST)) {
                listing.sum.add(name);
                classNames.add(name);
            }
        }
        listing.add(root, NONE, 1);
        return listing.result(classNames);
    }

    private static boolean hidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private static boolean picture(Path file) {
        String name = file.getFileName().toString();
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** Collects pictures folder by folder. */
    private static final class Listing {
        private final Consumer<String> note;
        private final Sha256 sum = new Sha256();
        private final List<Path> files = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();

        Listing(Consumer<String> note) {
            this.note = note;
        }

        /** Whether there were any. */
        boolean add(Path folder, int label, int depth) throws IOException {
            List<Path> found = new ArrayList<>();
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), depth, visitor(folder, found));
            found.sort(Comparator.comparing(each -> name(folder, each)));
            for (Path each : found) {
                files.add(each);
                labels.add(label);
                sum.add(name(folder, each)).add(Files.size(each));
            }
            return !found.isEmpty();
        }

        /** Of what is asked for, its own name does not matter: it may be {@code .}, or hidden. */
        private SimpleFileVisitor<Path> visitor(Path root, List<Path> found) {
            return new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return !folder.equals(root) && hidden(folder)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!hidden(file) && picture(file) && attributes.isRegularFile()) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    note.accept(file + " cannot be read: " + e);
                    return FileVisitResult.CONTINUE;
                }
            };
        }

        /** The same on every system. */
        private static String name(Path folder, Path file) {
            return folder.relativize(file).toString().replace('\\', '/');
        }

        PictureFiles result(List<String> classNames) {
            int[] numbers = labels.stream().mapToInt(Integer::intValue).toArray();
            return new PictureFiles(List.copyOf(classNames), List.copyOf(files), numbers, sum.hex());
        }
    }
}
