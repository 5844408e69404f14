package org.nextscale.training.internal.data;

import java.util.List;
import java.util.stream.IntStream;
import org.nextscale.api.InvalidInputException;
import org.nextscale.api.image.ImageSet;

/**
 * The classes of a set of images, and the numbers that they have in training.
 *
 * @param names by the numbers they have in training
 * @param numbers of the classes in training, by their labels in the set
 */
record ImageClasses(List<String> names, List<Integer> numbers) {

    /** The classes of a set as they are. Where only their numbers are known, those are their names. */
    static ImageClasses of(ImageSet set) {
        List<String> names = set.classNames();
        if (names.isEmpty()) {
            int classes = IntStream.range(0, set.size())
                    .mapToObj(set::label)
                    .mapToInt(label -> label.orElse(-1) + 1)
                    .max()
                    .orElse(0);
            names = IntStream.range(0, classes).mapToObj(Integer::toString).toList();
        }
        return new ImageClasses(names, IntStream.range(0, names.size()).boxed().toList());
    }

    /**
     * The same with the numbers that other images have for classes of these names. Classes that those do not have are refused.
     *
     * @param description of the set, for messages
     */
    ImageClasses asIn(ImageClasses learned, String description) {
        List<String> unknown =
                names.stream().filter(name -> !learned.names.contains(name)).toList();
        if (!unknown.isEmpty()) {
            throw new InvalidInputException(description + " has classes that are not learned: "
                    + String.join(", ", unknown) + "; learned are " + String.join(", ", learned.names));
        }
        return new ImageClasses(
                learned.names, names.stream().map(learned.names::indexOf).toList());
    }

    int number(int label) {
        return numbers.get(label);
    }
}
