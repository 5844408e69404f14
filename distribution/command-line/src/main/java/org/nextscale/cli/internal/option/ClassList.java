package org.nextscale.cli.internal.option;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.model.Condition;

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
     * @param resolve a name or number to its index; {@link InvalidInputException} where there is none
     */
    ClassList(int classes, ToIntFunction<String> resolve) {
        this.classes = classes;
        this.resolve = resolve;
    }

    List<Condition> conditions(List<String> typed) {
        List<Condition> conditions = new ArrayList<>();
        for (String text : typed) {
            addAll(text, conditions);
        }
        return conditions;
    }

    /** Takes the longest run of comma-joined parts that is a class, then goes on behind it. */
    private void addAll(String text, List<Condition> conditions) {
        String[] parts = text.split(",", -1);
        int from = 0;
        while (from < parts.length) {
            int to = parts.length;
            while (to > from + 1 && !isClass(join(parts, from, to))) {
                to--;
            }
            add(join(parts, from, to), conditions);
            from = to;
        }
    }

    private void add(String text, List<Condition> conditions) {
        if (text.equals("none")) {
            conditions.add(Condition.NONE);
            return;
        }
        if (text.equals("all")) {
            IntStream.range(0, classes).mapToObj(Condition::ofClass).forEach(conditions::add);
            return;
        }
        conditions.add(Condition.ofClass(resolve.applyAsInt(text)));
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
