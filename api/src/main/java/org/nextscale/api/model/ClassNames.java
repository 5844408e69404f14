package org.nextscale.api.model;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** The names of a model's classes, and the way from what a person typed to a class. Names need not be unique. Immutable. */
@ProviderType
public interface ClassNames {
    /** Number of classes. */
    default int size() {
        return names().size();
    }

    /** Whether the classes have names of their own, and not just numbers. */
    boolean named();

    /** All names, in the order of their indices. */
    List<String> names();

    /** The name of a class. */
    default String name(int index) {
        return names().get(index);
    }

    /**
     * The class that a person means: by its exact name, by its number, by its name with other case, hyphens or underscores, or
     * by words that occur in one name only. A class that is called {@code 7} is meant by {@code 7}, whatever its number.
     *
     * @throws org.nextscale.api.InvalidInputException listing the nearest names with their numbers if there is none such or
     *     more than one
     */
    int resolve(String text);
}
