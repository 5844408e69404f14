package org.nextscale.benchmarks;

import java.util.Arrays;
import java.util.Iterator;
import java.util.function.BiConsumer;
import org.nextscale.api.InvalidInputException;

/** A program's options that all come with a value: {@code --name value}. */
public final class NamedOptions {
    private NamedOptions() {}

    /**
     * Goes through them.
     *
     * @param usage printed beneath what is wrong
     * @param set takes name and value
     */
    public static void forEach(String[] arguments, String usage, BiConsumer<String, String> set) {
        Iterator<String> left = Arrays.asList(arguments).iterator();
        while (left.hasNext()) {
            String name = left.next();
            if (!left.hasNext()) {
                throw new InvalidInputException(name + " is no option or lacks its value\n" + usage);
            }
            set.accept(name, left.next());
        }
    }

    /** A whole number of at least 1. */
    public static int positive(String name, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new InvalidInputException(name + " " + value + " is not a number", e);
        }
        throw new InvalidInputException(name + " " + value + " must be at least 1");
    }
}
