package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.generation.GenerationRequest;

/**
 * Classes as typed: names or numbers, one an option or several joined by commas; {@code all} for every class, {@code none}
 * for no class in particular (classes of these names are reached by number). A name that itself holds commas is understood
 * as long as it is a name.
 */
final class ClassList {
    private final int classes;
    private final ToIntFunction<String> resolve;

    /**
     * @param classes how many there are
     * @param resolve a name or number to its label; {@link InvalidInputException} where there is none
     */
    ClassList(int classes, ToIntFunction<String> resolve) {
        this.classes = classes;
        this.resolve = resolve;
    }

    List<Integer> labels(List<String> typed) {
        List<Integer> labels = new ArrayList<>();
        for (String text : typed) {
            addAll(text, labels);
        }
        return labels;
    }

    /** Takes the longest run of comma-joined parts that is a class, then goes on behind it. */
    private void addAll(String text, List<Integer> labels) {
        String[] parts = text.split(",", -1);
        int from = 0;
        while (from < parts.length) {
            int to = parts.length;
            while (to > from + 1 && !isClass(join(parts, from, to))) {
                to--;
            }
            add(join(parts, from, to), labels);
            from = to;
        }
    }

    private void add(String text, List<Integer> labels) {
        if (text.equals("none")) {
            labels.add(GenerationRequest.UNCONDITIONAL);
            return;
        }
        if (text.equals("all")) {
            IntStream.range(0, classes).forEach(labels::add);
            return;
        }
        labels.add(resolve.applyAsInt(text));
    }

    private boolean isClass(String text) {
        try {
            resolve.applyAsInt(text);
            return true;
        } catch (InvalidInputException e) {
            return false;
        }
    }

    private static String join(String[] parts, int from, int to) {
        return String.join(",", List.of(parts).subList(from, to)).strip();
    }
}
