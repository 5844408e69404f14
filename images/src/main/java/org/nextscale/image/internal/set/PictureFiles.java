package org.nextscale.image.internal.set;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.nextscale.api.InvalidInputException;
import org.nextscale.files.FileErrors;
import org.nextscale.files.Sha256;

/**
 * Picture files in a folder a class. Classes are named like their folders and numbered in the order of the names: of numbers where
 * all are, else of letters. Pictures in folders within a class's folder are of that class; pictures in no class's folder have none.
 *
 * <p>At every level, what is hidden, what systems leave behind ({@code __MACOSX}, {@code @eaDir}, …) and files with other endings than
 * pictures have are passed over. Links are followed, but for those that lead to a folder they lie in. What cannot be looked into, a
 * folder without permission for instance, is refused: nobody knows what would be missing. A pipe or a link to nothing with the name of
 * a picture is listed like one, and refused when it is read.
 *
 * @param files class by class, in the order of their names, those without a class last
 * @param labels one a file; {@link #NONE} for one without
 */
record PictureFiles(List<String> classNames, List<Path> files, int[] labels, String fingerprint) {
    /** Label of a picture that has no class. */
    static final int NONE = -1;

    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp");

    /** What unpackers, disk stations and systems put into folders unasked, in small letters. */
    private static final Set<String> LITTER = Set.of(
            "__macosx",
            "@eadir",
            "@recycle",
            "#recycle",
            "#snapshot",
            "$recycle.bin",
            "system volume information",
            "lost+found",
            "__pycache__");

    private static final int DEEPEST = 16;

    /** Names of the folders in a folder, in the order of their classes. */
    static List<String> classes(Path root) {
        Collection<Path> way = List.of(real(root));
        List<String> names = entries(root).stream()
                .filter(each -> isFolder(each) && !leadsBack(each, way))
                .map(PictureFiles::name)
                .toList();
        return names.stream().sorted(order(names)).toList();
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
     * @param note is told, in a line each, what one might not expect: what is left out, which pictures lie deeper
     */
    static PictureFiles inClasses(Path root, List<String> classNames, Consumer<String> note) {
        Set<String> unknown = new TreeSet<>(classes(root));
        classNames.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    root + " has the class " + unknown.iterator().next() + ", which the training images do not have");
        }
        Listing listing = new Listing(root, note);
        for (int label = 0; label < classNames.size(); label++) {
            Path folder = root.resolve(classNames.get(label));
            listing.sum.add(classNames.get(label));
            if (Files.isDirectory(folder)) {
                listing.add(folder, label);
            }
        }
        List<Path> loose = listing.loose();
        if (!loose.isEmpty()) {
            note.accept(root + ": " + counted(loose.size()) + " in no folder of a class, left out: "
                    + name(loose.get(0)) + (loose.size() == 1 ? "" : " and others"));
        }
        return listing.result(classNames);
    }

    /** All pictures of a folder; its classes are the folders with pictures in them. */
    static PictureFiles all(Path root, Consumer<String> note) {
        Listing listing = new Listing(root, note);
        List<String> classNames = new ArrayList<>();
        for (String name : classes(root)) {
            if (listing.add(root.resolve(name), classNames.size())) {
                listing.sum.add(name);
                classNames.add(name);
            }
        }
        listing.take(root, listing.loose(), NONE);
        return listing.result(classNames);
    }

    /** Names of what lies beside some of a folder's folders and may hold pictures: other folders, and pictures. */
    static List<String> beside(Path root, Collection<Path> folders) {
        return entries(root).stream()
                .filter(each -> !folders.contains(each) && (isFolder(each) || isPicture(each)))
                .map(PictureFiles::name)
                .toList();
    }

    /** What is in a folder, in the order of the names. */
    private static List<Path> entries(Path folder) {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            for (Path each : all) {
                String name = name(each);
                if (!name.startsWith(".") && !LITTER.contains(name.toLowerCase(Locale.ROOT))) {
                    entries.add(each);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw FileErrors.reading(folder, e.getCause());
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
        entries.sort(Comparator.naturalOrder());
        return entries;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }

    private static boolean isPicture(Path file) {
        String name = name(file);
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    /** A link to nothing whose name has no ending may have been one, on a disk that is not there: it is refused. */
    private static boolean isFolder(Path file) {
        if (Files.isDirectory(file)) {
            return true;
        }
        if (name(file).indexOf('.') < 0 && isLinkToNothing(file)) {
            throw new InvalidInputException(
                    file + " is a link that leads nowhere, perhaps to a folder of pictures: mend or remove it");
        }
        return false;
    }

    private static boolean isLinkToNothing(Path file) {
        return Files.isSymbolicLink(file) && !Files.exists(file);
    }

    /** @param way real paths of folders, each in the one before, down to that of a folder's parent */
    private static boolean leadsBack(Path folder, Collection<Path> way) {
        Path real = real(folder);
        return way.stream().anyMatch(above -> above.startsWith(real));
    }

    private static Path real(Path folder) {
        try {
            return folder.toRealPath();
        } catch (IOException e) {
            throw FileErrors.reading(folder, e);
        }
    }

    /** Of what is no plain file, and of a link to nothing, 0. */
    private static long size(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() ? attributes.size() : 0;
        } catch (IOException e) {
            if (Files.isSymbolicLink(file)) {
                return 0;
            }
            throw FileErrors.reading(file, e);
        }
    }

    private static String counted(int pictures) {
        return pictures + (pictures == 1 ? " picture lies" : " pictures lie");
    }

    /** Collects pictures folder by folder. */
    private static final class Listing {
        private final Path root;
        private final Consumer<String> note;
        private final Sha256 sum = new Sha256();
        private final List<Path> files = new ArrayList<>();
        private final List<Integer> labels = new ArrayList<>();
        private final Deque<Path> way = new ArrayDeque<>();
        /** How many pictures lie in folders within their class's folder, and one of them. */
        private int deeper;

        private Path deep;

        Listing(Path root, Consumer<String> note) {
            this.root = root;
            this.note = note;
            way.add(real(root));
        }

        /** Whether there were any pictures in a class's folder. */
        boolean add(Path folder, int label) {
            List<Path> found = new ArrayList<>();
            enter(folder, found);
            take(folder, found, label);
            for (Path each : found) {
                if (!folder.equals(each.getParent())) {
                    deep = deeper == 0 ? each : deep;
                    deeper++;
                }
            }
            return !found.isEmpty();
        }

        private void enter(Path folder, List<Path> found) {
            if (way.size() > DEEPEST) {
                throw new InvalidInputException(folder + " lies more than " + DEEPEST + " folders deep in " + root
                        + ": pictures so deep are not read");
            }
            way.addLast(real(folder));
            for (Path each : entries(folder)) {
                if (isFolder(each)) {
                    if (!backwards(each)) {
                        enter(each, found);
                    }
                } else if (isPicture(each)) {
                    found.add(each);
                }
            }
            way.removeLast();
        }

        private boolean backwards(Path folder) {
            boolean backwards = leadsBack(folder, way);
            if (backwards) {
                note.accept(folder + " is a link to a folder that it lies in, passed over");
            }
            return backwards;
        }

        /** Pictures in no folder of a class. */
        List<Path> loose() {
            List<Path> loose = new ArrayList<>();
            for (Path each : entries(root)) {
                if (isFolder(each)) {
                    backwards(each);
                } else if (isPicture(each)) {
                    loose.add(each);
                }
            }
            return loose;
        }

        void take(Path folder, List<Path> found, int label) {
            found.sort(Comparator.comparing(each -> nameIn(folder, each)));
            for (Path each : found) {
                files.add(each);
                labels.add(label);
                sum.add(nameIn(folder, each)).add(size(each));
            }
        }

        /** The same on every system. */
        private static String nameIn(Path folder, Path file) {
            return folder.relativize(file).toString().replace('\\', '/');
        }

        PictureFiles result(List<String> classNames) {
            if (deeper > 0) {
                note.accept(root + ": " + counted(deeper)
                        + " in folders within the folder of a class and count as of that class, such as "
                        + nameIn(root, deep));
            }
            int[] numbers = labels.stream().mapToInt(Integer::intValue).toArray();
            return new PictureFiles(List.copyOf(classNames), List.copyOf(files), numbers, sum.hex());
        }
    }
}
