package org.nextscale.training.internal.data;

import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.training.internal.file.Sha256;

/**
 * Picture files in a folder a class. Classes are named like their folders and numbered in the order of the names; hidden
 * files and those with other endings than pictures have are passed over.
 *
 * @param files class by class, in the order of their names
 * @param labels one a file
 */
record PictureFiles(List<String> classNames, List<Path> files, int[] labels, String fingerprint) {
    private static final Set<String> ENDINGS = Set.of("png", "jpg", "jpeg", "webp");
    private static final int DEEPEST = 4;

    /** The pictures of a part, if there are folders of classes for it. */
    static Optional<PictureFiles> find(Path data, Part part) throws IOException {
        Optional<Path> training = folder(data, Part.TRAIN);
        if (part == Part.TEST && training.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> root = training.isEmpty() ? Optional.of(data) : folder(data, part);
        List<String> classNames = classes(training.orElse(data));
        return root.isEmpty() || classNames.isEmpty() ? Optional.empty() : Optional.of(list(root.get(), classNames));
    }

    /** The sub-folder of a part: it has folders of classes in it, or it is a class itself. */
    private static Optional<Path> folder(Path data, Part part) throws IOException {
        for (String name : part.folders()) {
            Path folder = data.resolve(name);
            if (Files.isDirectory(folder) && !classes(folder).isEmpty()) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    private static List<String> classes(Path root) throws IOException {
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(each -> Files.isDirectory(each) && !hidden(each))
                    .map(each -> each.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** A part may lack pictures of some classes, and only those of the training images are known. */
    private static PictureFiles list(Path root, List<String> classNames) throws IOException {
        Set<String> unknown = new TreeSet<>(classes(root));
        classNames.forEach(unknown::remove);
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(
                    root + " has the class " + unknown.iterator().next() + ", which the training images do not have");
        }
        List<Path> files = new ArrayList<>();
        List<Integer> labels = new ArrayList<>();
        Sha256 sum = new Sha256();
        for (int label = 0; label < classNames.size(); label++) {
            Path folder = root.resolve(classNames.get(label));
            sum.add(classNames.get(label));
            for (Path each : Files.isDirectory(folder) ? pictures(folder) : List.<Path>of()) {
                files.add(each);
                labels.add(label);
                sum.add(name(folder, each)).add(Files.size(each));
            }
        }
        int[] numbers = labels.stream().mapToInt(Integer::intValue).toArray();
        return new PictureFiles(classNames, List.copyOf(files), numbers, sum.hex());
    }

    private static List<Path> pictures(Path folder) throws IOException {
        try (Stream<Path> entries = Files.walk(folder, DEEPEST, FileVisitOption.FOLLOW_LINKS)) {
            return entries.filter(each -> !hidden(each) && picture(each) && Files.isRegularFile(each))
                    .sorted((a, b) -> name(folder, a).compareTo(name(folder, b)))
                    .toList();
        }
    }

    /** The same on every system. */
    private static String name(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static boolean hidden(Path file) {
        return file.getFileName().toString().startsWith(".");
    }

    private static boolean picture(Path file) {
        String name = file.getFileName().toString();
        return ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
}
