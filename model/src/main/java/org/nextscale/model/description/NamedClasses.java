package org.nextscale.model.description;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.ClassNames;
import org.nextscale.files.PrintableText;

/** The names of a model's classes in a list. */
public final class NamedClasses implements ClassNames {
    private static final int SUGGESTIONS = 5;
    private static final int LONGEST_COMPARED = 80;

    private final List<String> names;
    private final boolean named;

    private NamedClasses(List<String> names, boolean named) {
        this.names = List.copyOf(names);
        this.named = named;
    }

    /** One name a class, in the order of their indices. */
    public static NamedClasses of(List<String> names) {
        return new NamedClasses(names, true);
    }

    /**
     * Refuses names that a model package cannot have.
     *
     * @throws InvalidInputException that names the first of them
     */
    public static List<String> requirePrintable(List<String> names) {
        for (String name : names) {
            if (!PrintableText.isPrintable(name)) {
                throw new InvalidInputException("\"" + PrintableText.printable(name)
                        + "\" cannot be the name of a class: it has a character that does not show, rename it");
            }
        }
        return names;
    }

    /** Classes that only have numbers: they are called {@code class 0} and so on. */
    public static NamedClasses unnamed(int classes) {
        return new NamedClasses(
                IntStream.range(0, classes).mapToObj(i -> "class " + i).toList(), false);
    }

    /** ImageNet's 1000 classes; crane and maillot occur twice. */
    public static NamedClasses imageNet() {
        return ImageNet.NAMES;
    }

    /** The names given, or ImageNet's for 1000 classes without names, or numbers. */
    public static NamedClasses of(List<String> names, int classes) {
        if (!names.isEmpty()) {
            return of(names);
        }
        return classes == imageNet().size() ? imageNet() : unnamed(classes);
    }

    /** Loaded when first asked for. */
    private static final class ImageNet {
        private static final NamedClasses NAMES = of(load());

        private static List<String> load() {
            try (InputStream in = NamedClasses.class.getResourceAsStream("imagenet-class-names.txt");
                    BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                return lines.lines().toList();
            } catch (IOException e) {
                throw new IllegalStateException("the class names of ImageNet cannot be read", e);
            }
        }
    }

    @Override
    public boolean named() {
        return named;
    }

    @Override
    public List<String> names() {
        return names;
    }

    @Override
    public int resolve(String text) {
        String typed = text.strip();
        List<Integer> exact = IntStream.range(0, size())
                .filter(i -> named && names.get(i).equals(typed))
                .boxed()
                .toList();
        if (exact.size() == 1) {
            return exact.get(0);
        }
        String wanted = normal(typed);
        if (exact.isEmpty() && wanted.matches("-? ?[0-9]+")) {
            return number(typed);
        }
        if (wanted.isEmpty()) {
            throw new InvalidInputException("a class is named by its number (0 to " + (size() - 1) + ") or its name");
        }
        List<Integer> alike = exact.isEmpty() ? indices(name -> name.equals(wanted)) : exact;
        List<Integer> found =
                alike.isEmpty() ? indices(name -> (" " + name + " ").contains(" " + wanted + " ")) : alike;
        if (found.size() == 1) {
            return found.get(0);
        }
        String shown = PrintableText.printable(typed);
        if (!found.isEmpty()) {
            throw new InvalidInputException(
                    "class \"" + shown + "\" could be any of " + list(found, 2 * SUGGESTIONS) + ": give the number");
        }
        throw new InvalidInputException(
                "there is no class \"" + shown + "\"; the nearest are " + list(nearest(wanted), SUGGESTIONS));
    }

    private int number(String text) {
        long index = text.length() <= 9 ? Long.parseLong(text) : -1;
        if (index < 0 || index >= size()) {
            throw new InvalidInputException("there is no class " + PrintableText.printable(text)
                    + ": this model has classes 0 to " + (size() - 1));
        }
        return (int) index;
    }

    private List<Integer> indices(Predicate<String> condition) {
        return IntStream.range(0, size())
                .filter(i -> condition.test(normal(names.get(i))))
                .boxed()
                .toList();
    }

    private List<Integer> nearest(String wanted) {
        String compared = wanted.substring(0, Math.min(wanted.length(), LONGEST_COMPARED));
        int[] distances = names.stream()
                .mapToInt(name -> distance(compared, normal(name)))
                .toArray();
        List<Integer> sorted =
                new ArrayList<>(IntStream.range(0, size()).boxed().toList());
        sorted.sort(Comparator.comparingInt(i -> distances[i]));
        return sorted.subList(0, Math.min(SUGGESTIONS, sorted.size()));
    }

    /** Edits from what was typed to a name, or to the nearest of its words; next to nothing where one holds the other. */
    private static int distance(String wanted, String name) {
        if (wanted.length() >= 3 && name.contains(wanted) || name.length() >= 3 && wanted.contains(name)) {
            return 0;
        }
        int least = 2 * edits(wanted, name);
        for (String word : name.split(" ")) {
            least = Math.min(least, 2 * edits(wanted, word) + 1);
        }
        return least;
    }

    /** Levenshtein's distance. */
    private static int edits(String a, String b) {
        int[] row = IntStream.rangeClosed(0, b.length()).toArray();
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }

    private String list(List<Integer> indices, int most) {
        String listed = indices.stream()
                .limit(most)
                .map(i -> PrintableText.printable(names.get(i)) + " (" + i + ")")
                .collect(Collectors.joining(", "));
        return indices.size() > most ? listed + " and " + (indices.size() - most) + " more" : listed;
    }

    /** However it is typed: composed or not, with its joiners and soft hyphens or without. */
    private static String normal(String text) {
        return Normalizer.normalize(text, Normalizer.Form.NFC)
                .replaceAll("\\p{Cf}", "")
                .toLowerCase(Locale.ROOT)
                .replace('_', ' ')
                .replace('-', ' ')
                .strip()
                .replaceAll("\\s+", " ");
    }
}
